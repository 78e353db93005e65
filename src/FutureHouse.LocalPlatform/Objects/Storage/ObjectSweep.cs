using FutureHouse.LocalPlatform.Hosting;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>The part of the sweep that the bucket needs: temporaries of a crash at the start, abandoned uploads in every pass.</summary>
internal sealed class ObjectSweep(ObjectStore store, TimeProvider clock, TimeSpan sessionLifetime, bool shared) : ISweep
{
    // Where other processes write, their temporaries are let alone for a while.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    // Of files, the time is the system's own.
    public void Start() => store.RemoveLeftovers(shared ? DateTimeOffset.UtcNow - Grace : DateTimeOffset.MaxValue);

    // Twice a session's life: until then it answers 410 (gone), afterwards 404.
    public Task PassAsync(CancellationToken cancellationToken) => store.RemoveAbandonedUploadsAsync(clock.GetUtcNow() - (2 * sessionLifetime), cancellationToken);
}
