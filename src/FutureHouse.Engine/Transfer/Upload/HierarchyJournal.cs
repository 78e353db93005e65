using System.Collections.Concurrent;
using System.Text;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// The journal of a directory that is sent as a hierarchy: which item became which entry, and how far those are that
/// are not done. It stays until every item is there, so that the same command
/// goes on and makes no entry twice.
/// </summary>
internal sealed class HierarchyJournal : IDisposable
{
    private readonly TransferContext _context;
    private readonly Journal _journal;
    private readonly ConcurrentDictionary<string, UploadState> _before = new(StringComparer.Ordinal);
    private Dictionary<Guid, DataEntry>? _there;

    private HierarchyJournal(TransferContext context, Journal journal)
    {
        _context = context;
        _journal = journal;
        foreach (var line in journal.Steps)
        {
            var item = line.Item ?? string.Empty;
            if (item.Length == 0 && line.Asked is not null)
            {
                _before.Clear(); // another root than before
            }

            _before[item] = _before.GetValueOrDefault(item, new UploadState()).After(line);
        }
    }

    /// <summary>Opens the journal of the same command.</summary>
    /// <param name="context">The service.</param>
    /// <param name="request">The directory.</param>
    /// <param name="root">Its entry as it is asked for.</param>
    /// <param name="cancellationToken">Ends the wait for a log-in.</param>
    /// <returns>The journal, empty where there is none.</returns>
    public static async Task<HierarchyJournal> OpenAsync(TransferContext context, TreeUploadRequest request, CreateEntryRequest root, CancellationToken cancellationToken) => new(
        context,
        Journal.Open(
            context,
            "hierarchy"u8.ToArray(),
            Encoding.UTF8.GetBytes(context.Client.ServiceName),
            Encoding.UTF8.GetBytes(await context.Client.GetCallerAsync(cancellationToken).ConfigureAwait(false)),
            Encoding.UTF8.GetBytes(request.Root),
            Encoding.UTF8.GetBytes(request.DestinationPath ?? string.Empty),
            Encoding.UTF8.GetBytes(request.Manifest?.Digest ?? string.Empty),
            PlatformClient.CreationBody(root)));

    /// <summary>The upload of an item, from where an earlier command left it.</summary>
    /// <param name="item">Its path below the directory; empty for the directory itself.</param>
    /// <param name="path">Its full path, for messages.</param>
    /// <returns>The upload.</returns>
    public UploadLifecycle Of(string item, string path)
    {
        _before.TryRemove(item, out var state);
        return new UploadLifecycle(
            _context, path, state ?? new UploadState(), line => _journal.AppendAsync(line with { Item = item }), () => { }, _there is null ? null : (id, _) => Task.FromResult(_there.GetValueOrDefault(id)));
    }

    /// <summary>Looks at what an earlier command made, by one reading of the dataset.</summary>
    /// <param name="root">The entry of the directory; another than before means that nothing below counts.</param>
    /// <param name="isNew">Whether it has been made just now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task LookAsync(DataEntry root, bool isNew, CancellationToken cancellationToken)
    {
        if (isNew)
        {
            await AbandonAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (root.DatasetId is { } dataset && !_before.IsEmpty)
        {
            var wanted = _before.Values.Select(state => state.EntryId).ToHashSet();
            _there = [];
            await foreach (var entry in _context.Client.ReadDatasetEntriesAsync(dataset, cancellationToken).ConfigureAwait(false))
            {
                if (wanted.Contains(entry.Id))
                {
                    _there[entry.Id] = entry with { Content = null };
                }
            }
        }
    }

    /// <summary>
    /// Every item is there: what was begun for files that are gone by now is marked as failed, and the journal goes.
    /// </summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await AbandonAsync(cancellationToken).ConfigureAwait(false);
        _journal.Remove();
    }

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private async Task AbandonAsync(CancellationToken cancellationToken)
    {
        foreach (var item in _before.Where(item => item.Value.Step is UploadStep.Created or UploadStep.Sending or UploadStep.Stored).Select(item => item.Key).ToList())
        {
            var upload = Of(item, item);
            await upload.AbandonAsync(cancellationToken).ConfigureAwait(false);
        }

        _before.Clear();
    }
}
