using System.Collections.Concurrent;
using FutureHouse.LocalPlatform.Objects.Hashing;

namespace FutureHouse.LocalPlatform.Objects.Sessions;

/// <summary>
/// Digests of unfinished sessions, kept from one PUT to the next so that no byte is read twice. Only a cache: without an
/// entry (after a restart, in another process) the bytes are read again when the session finishes.
/// </summary>
internal sealed class RunningDigests : IDisposable
{
    private const int Capacity = 256;
    private readonly ConcurrentDictionary<string, (ContentDigest Digest, long Kept)> _digests = new();
    private long _count;

    /// <summary>Takes out the session's digest, or a new one.</summary>
    public ContentDigest Take(string sessionId) => _digests.TryRemove(sessionId, out var kept) ? kept.Digest : new ContentDigest();

    /// <summary>Puts a digest back for the next PUT.</summary>
    public void Keep(string sessionId, ContentDigest digest)
    {
        if (_digests.Count >= Capacity && _digests.OrderBy(pair => pair.Value.Kept).Select(pair => pair.Key).FirstOrDefault() is { } oldest)
        {
            Forget(oldest); // the likeliest to have been abandoned, or finished through another process
        }

        if (!_digests.TryAdd(sessionId, (digest, Interlocked.Increment(ref _count))))
        {
            digest.Dispose();
        }
    }

    public void Forget(string sessionId) => Take(sessionId).Dispose();

    public void Dispose()
    {
        foreach (var id in _digests.Keys)
        {
            Forget(id);
        }
    }
}
