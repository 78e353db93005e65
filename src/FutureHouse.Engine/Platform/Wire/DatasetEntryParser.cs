using System.Buffers;
using System.Text.Json;

namespace FutureHouse.Platform.Wire;

/// <summary>
/// Takes the entries out of a dataset's answer as its bytes come, whichever of its shapes it has (Protocol §3): beside the dataset under <c>data_storage_entries</c>, or inside it under
/// <c>entries</c>. Holds one entry's bytes at most, however many there are.
/// </summary>
/// <param name="largestEntry">Bytes of one entry at most.</param>
internal sealed class DatasetEntryParser(long largestEntry) : IDisposable
{
    private const int FirstSize = 64 * 1024;
    private static readonly string[] Lists = ["data_storage_entries", "entries"];

    // Members of the dataset itself by the depth they stand at: 1 in the flat shape, 2 inside "dataset".
    private readonly Dictionary<string, string?>[] _members = [new(StringComparer.Ordinal), new(StringComparer.Ordinal)];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _start;
    private int _end;
    private JsonReaderState _state;
    private string? _member;
    private bool _inDataset;
    private int _listDepth;
    private int _skipDepth;
    private bool _hasList;
    private int _worthTrying;

    /// <summary>Whether the answer is whole.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Room for more bytes; grows with the largest entry.</summary>
    /// <returns>Where to read them to.</returns>
    /// <exception cref="JsonException">One entry is larger than any can be.</exception>
    public Memory<byte> Room()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end > largestEntry)
            {
                throw new JsonException("An entry of no end.");
            }

            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Takes bytes that were read into <see cref="Room"/>.</summary>
    /// <param name="count">How many; 0 for the end of the answer.</param>
    /// <param name="entries">Where the entries go that have become whole.</param>
    /// <exception cref="JsonException">It is no dataset's answer, or it ends before it is whole.</exception>
    public void Take(int count, List<DataEntry> entries)
    {
        _end += count;
        if (count > 0 && _end - _start < _worthTrying)
        {
            return;
        }

        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), isFinalBlock: count == 0, _state);
        while (Next(ref reader, entries))
        {
            // Until what is there is used up.
        }

        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;

        // A large entry is looked through from its beginning each time: not for every few bytes more.
        var rest = _end - _start;
        _worthTrying = rest > FirstSize ? rest + (rest / 4) : 0;
        if (count == 0 && !IsComplete)
        {
            throw new JsonException("It is cut off.");
        }
    }

    /// <summary>The dataset itself, without its entries; once the answer is whole.</summary>
    /// <returns>The dataset.</returns>
    /// <exception cref="JsonException">There is none in the answer.</exception>
    public Dataset Dataset()
    {
        var members = _members[1].Count > 0 ? _members[1] : _members[0];
        string? Of(string name) => members.GetValueOrDefault(name);
        return WireMapper.Dataset(new DatasetAnswer
        {
            Id = Of("id"), Name = Of("name"), Description = Of("description"), UserId = Of("user_id"), CreatedAt = Of("created_at"), ModifiedAt = Of("modified_at"),
        });
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool Next(ref Utf8JsonReader reader, List<DataEntry> entries)
    {
        var before = reader;
        if (!reader.Read())
        {
            return false;
        }

        if (_listDepth > 0 && reader.TokenType is not JsonTokenType.EndArray && reader.CurrentDepth == _listDepth)
        {
            return Element(ref reader, before, entries);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when _skipDepth == 0:
                _member = reader.GetString();
                break;
            case JsonTokenType.StartArray when _skipDepth == 0 && Lists.Contains(_member):
                (_listDepth, _hasList) = (reader.CurrentDepth + 1, true);
                break;
            case JsonTokenType.StartObject when _skipDepth == 0 && reader.CurrentDepth == 1 && _member == "dataset":
                _inDataset = true;
                break;
            case JsonTokenType.StartObject when reader.CurrentDepth == 0:
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray when _skipDepth == 0:
                // A member that is nothing to us, of whatever size: read through token by token.
                _skipDepth = reader.CurrentDepth == 0 ? throw new JsonException("No object.") : reader.CurrentDepth;
                break;
            case JsonTokenType.EndArray when _listDepth == reader.CurrentDepth + 1:
                _listDepth = 0;
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray when _skipDepth == reader.CurrentDepth && _skipDepth > 0:
                _skipDepth = 0;
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 1:
                _inDataset = false;
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 0:
                IsComplete = _hasList || _members.Any(members => members.Count > 0) ? true : throw new JsonException("No dataset.");
                break;
            case JsonTokenType.String when _skipDepth == 0 && reader.CurrentDepth is 1 or 2:
                _members[_inDataset ? 1 : 0][_member!] = reader.GetString();
                break;
            case JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null when reader.CurrentDepth == 0:
                throw new JsonException("No object.");
        }

        return true;
    }

    /// <summary>An entry, if it is whole; else the reader goes back before it.</summary>
    private bool Element(ref Utf8JsonReader reader, Utf8JsonReader before, List<DataEntry> entries)
    {
        var from = (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            reader = before;
            return false;
        }

        var bytes = _buffer.AsSpan(_start + from, (int)reader.BytesConsumed - from);
        if (JsonSerializer.Deserialize(bytes, PlatformJson.Wire.EntryAnswer) is { } entry)
        {
            entries.Add(WireMapper.Entry(entry));
        }

        return true;
    }
}
