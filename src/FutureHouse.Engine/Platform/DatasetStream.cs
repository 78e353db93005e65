using System.Text.Json;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Resilience;

namespace FutureHouse.Platform;

/// <summary>
/// The entries of one dataset as they are read. Where the answer breaks off it is asked for again, and what was given already is not given twice; each entry that is new allows the full
/// number of attempts anew.
/// </summary>
internal sealed class DatasetStream(ApiCall call, Func<ApiCall, CancellationToken, Task<(ApiStream Stream, ApiAnswer Answer)>> open, RetryPipeline retries, ErrorMapper errors, long largestEntry) : IAsyncDisposable
{
    // So many bytes tell a web page from JSON, for a message.
    private const int Shown = 64;

    private readonly HashSet<Guid> _given = [];
    private ApiStream? _stream;
    private ApiAnswer? _answer;
    private DatasetEntryParser? _parser;

    /// <summary>The next entries.</summary>
    /// <param name="ct">Ends it at once.</param>
    /// <returns>One or more; none at the end.</returns>
    public Task<IReadOnlyList<DataEntry>> NextAsync(CancellationToken ct) => retries.ExecuteAsync(ReadAsync, null, ct);

    /// <summary>The dataset itself, without its entries; after the last of them.</summary>
    /// <returns>The dataset.</returns>
    public Dataset Dataset()
    {
        try
        {
            return _parser!.Dataset();
        }
        catch (JsonException e)
        {
            throw errors.Unreadable(call, _answer!, e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _parser?.Dispose();
        _parser = null;
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
            _stream = null;
        }
    }

    private async ValueTask<IReadOnlyList<DataEntry>> ReadAsync(CancellationToken ct)
    {
        try
        {
            if (_stream is null)
            {
                (_stream, _answer) = await open(call, ct).ConfigureAwait(false);
                _parser = new DatasetEntryParser(largestEntry);
            }

            var entries = new List<DataEntry>();
            while (entries.Count == 0)
            {
                var room = _parser!.Room();
                var read = await _stream.ReadAsync(room, ct).ConfigureAwait(false);
                _answer = _answer!.Body.IsEmpty ? _answer with { Body = room[..Math.Min(read, Shown)].ToArray() } : _answer;
                _parser.Take(read, entries);
                entries.RemoveAll(entry => !_given.Add(entry.Id));
                if (read == 0)
                {
                    break;
                }
            }

            return entries;
        }
        catch (JsonException e)
        {
            var unreadable = errors.Unreadable(call, _answer!, e);
            await DisposeAsync().ConfigureAwait(false);
            throw unreadable;
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
