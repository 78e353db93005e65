using System.Net;
using System.Runtime.CompilerServices;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;

namespace FutureHouse.Platform;

/// <content>The entries of a dataset, however many (Protocol §3).</content>
public sealed partial class PlatformClient
{
    /// <summary>Reads a dataset with all its entries, whichever of its two shapes the service answers (Protocol §3).</summary>
    /// <param name="id">The dataset.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="NotFoundException">There is none, or it is not the caller's to see.</exception>
    public async Task<Dataset> GetDatasetAsync(Guid id, CancellationToken ct)
    {
        var stream = DatasetEntries(id);
        await using (stream.ConfigureAwait(false))
        {
            var all = new List<DataEntry>();
            while (await stream.NextAsync(ct).ConfigureAwait(false) is { Count: > 0 } entries)
            {
                all.AddRange(entries);
            }

            return stream.Dataset() with { Entries = all.AsReadOnly() };
        }
    }

    /// <summary>
    /// Reads the entries of a dataset as they come, in the service's order; none is held. An answer that breaks off is asked for again, and goes on after what was given.
    /// </summary>
    /// <param name="id">The dataset.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entries, each once.</returns>
    /// <exception cref="NotFoundException">There is no such dataset, or it is not the caller's to see; or it was removed while it was read.</exception>
    public async IAsyncEnumerable<DataEntry> ReadDatasetEntriesAsync(Guid id, [EnumeratorCancellation] CancellationToken ct)
    {
        var stream = DatasetEntries(id);
        await using (stream.ConfigureAwait(false))
        {
            while (await stream.NextAsync(ct).ConfigureAwait(false) is { Count: > 0 } entries)
            {
                foreach (var entry in entries)
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>
    /// Reads the entries below another as they come; there is no route for children, so its dataset is read (Protocol §3). None is held but those that come before their parent.
    /// </summary>
    /// <param name="dataset">The dataset of the entry.</param>
    /// <param name="parent">The entry.</param>
    /// <param name="recurse">Whether its children's children are given too.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entries, each after its parent.</returns>
    /// <exception cref="NotFoundException">There is no such dataset, or it is not the caller's to see; or it was removed while it was read.</exception>
    public async IAsyncEnumerable<DataEntry> ReadDescendantsAsync(Guid dataset, Guid parent, bool recurse, [EnumeratorCancellation] CancellationToken ct)
    {
        var found = new Queue<DataEntry>();
        var below = new Descendants(parent, recurse, found.Enqueue);
        await foreach (var entry in ReadDatasetEntriesAsync(dataset, ct).ConfigureAwait(false))
        {
            below.Take(entry);
            while (found.TryDequeue(out var next))
            {
                yield return next;
            }
        }
    }

    /// <summary>Counts the entries of a dataset; none is held.</summary>
    /// <param name="id">The dataset.</param>
    /// <param name="progress">Told how many there are so far; or <see langword="null"/>.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The dataset and how many entries it has.</returns>
    /// <exception cref="NotFoundException">There is no such dataset, or it is not the caller's to see.</exception>
    public async Task<DatasetSize> CountDatasetEntriesAsync(Guid id, IProgress<long>? progress, CancellationToken ct)
    {
        var stream = DatasetEntries(id);
        await using (stream.ConfigureAwait(false))
        {
            var count = 0L;
            while (await stream.NextAsync(ct).ConfigureAwait(false) is { Count: > 0 } entries)
            {
                count += entries.Count;
                progress?.Report(count);
            }

            return new DatasetSize(stream.Dataset(), count);
        }
    }

    // The time of silence is that of reading: a service may gather a large dataset before its first byte.
    private DatasetStream DatasetEntries(Guid id) =>
        new(Dataset(HttpMethod.Get, id, Messages.OpReadDataset) with { Timeout = _options.ReadTimeout }, OpenAsync, _retries, _transport.Errors, _options.MaxAnswerSize);

    /// <summary>One attempt at an answer that is read as it comes: with a good token, and once more with a new one where the service refuses it (Protocol §1).</summary>
    private async Task<(ApiStream Stream, ApiAnswer Answer)> OpenAsync(ApiCall call, CancellationToken ct)
    {
        var token = await _tokens.GetAsync(ct).ConfigureAwait(false);
        var (stream, answer) = await _transport.OpenAsync(call, token, ct).ConfigureAwait(false);
        if (answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && _tokens.CanRenew)
        {
            token = await _tokens.RenewAsync(token, ct).ConfigureAwait(false);
            (stream, answer) = await _transport.OpenAsync(call, token, ct).ConfigureAwait(false);
        }

        return stream is null ? throw Refusal(call, answer, token) : (stream, answer);
    }
}
