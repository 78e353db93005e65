using System.Text.Json;
using FutureHouse.Errors;

namespace FutureHouse.Packaging.Manifests;

/// <summary>Reads a manifest in JSON.</summary>
internal ref struct JsonManifestReader
{
    private readonly ManifestSource _source;
    private Utf8JsonReader _reader;
    private long _nodes;
    private int _counted;
    private int _line = 1;
    private int _column = 1;

    private JsonManifestReader(ManifestSource source)
    {
        _source = source;
        _reader = new Utf8JsonReader(source.Bytes, new JsonReaderOptions { MaxDepth = ManifestSource.MaximumDepth + 1 });
    }

    /// <exception cref="ManifestInvalidException">It is not JSON, names something twice, or is too deep or too long.</exception>
    public static ManifestNode Read(ManifestSource source)
    {
        var reader = new JsonManifestReader(source);
        try
        {
            reader._reader.Read();
            var node = reader.ReadValue();
            reader._reader.Read(); // what follows is an error
            return node;
        }
        catch (JsonException e)
        {
            // The reader says the line, from 0, and the byte in it.
            var line = (int)(e.LineNumber ?? 0);
            var text = new Utf8Lines(source.Bytes).Line(line);
            var column = System.Text.Encoding.UTF8.GetCharCount(text[..(int)Math.Min(text.Length, e.BytePositionInLine ?? 0)]) + 1;
            throw source.Error(new Position(line + 1, column), ManifestMessages.NotJson, Reason(e));
        }
    }

    private ManifestNode ReadValue()
    {
        var position = Here();
        if (++_nodes > ManifestSource.MaximumNodes)
        {
            throw _source.Error(position, ManifestMessages.TooMany, ManifestSource.MaximumNodes);
        }

        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadMapping(position),
            JsonTokenType.StartArray => ReadList(position),
            JsonTokenType.String => ReadText(position) is var text ? new ScalarNode(position, text, text) : null!,
            JsonTokenType.Number => new ScalarNode(position, ReadNumber(position), null),
            JsonTokenType.Null => new ScalarNode(position, null, null),
            _ => new ScalarNode(position, _reader.TokenType == JsonTokenType.True, null),
        };
    }

    private MappingNode ReadMapping(Position position)
    {
        var members = new List<Member>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = Here();
            var name = ReadText(at);
            if (!lines.TryAdd(name, at.Line))
            {
                throw _source.Error(at, ManifestMessages.Duplicate, name, lines[name]);
            }

            _reader.Read();
            members.Add(new Member(name, at, ReadValue()));
        }

        return new MappingNode(position, members);
    }

    private ListNode ReadList(Position position)
    {
        var items = new List<ManifestNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue());
        }

        return new ListNode(position, items);
    }

    private string ReadText(Position position)
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, escaped.
            throw _source.Error(position, ManifestMessages.NotUtf8);
        }
    }

    private object ReadNumber(Position position)
    {
        if (_reader.TryGetInt64(out var whole))
        {
            return whole;
        }

        return _reader.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw _source.Error(position, ManifestMessages.NotFinite, System.Text.Encoding.UTF8.GetString(_reader.ValueSpan));
    }

    /// <summary>Where the token begins. Tokens come in order, so every byte is counted once.</summary>
    private Position Here()
    {
        var offset = (int)_reader.TokenStartIndex;
        var passed = _source.Bytes.AsSpan(_counted, offset - _counted);
        if (passed.LastIndexOf((byte)'\n') is >= 0 and var last)
        {
            _line += passed.Count((byte)'\n');
            _column = 1;
            passed = passed[(last + 1)..];
        }

        _column += System.Text.Encoding.UTF8.GetCharCount(passed);
        _counted = offset;
        return new Position(_line, _column);
    }

    // Its message ends with the position, which is told already.
    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }

    private readonly ref struct Utf8Lines(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;

        public ReadOnlySpan<byte> Line(int number)
        {
            var rest = _text;
            for (var line = 0; line < number && rest.IndexOf((byte)'\n') is >= 0 and var end; line++)
            {
                rest = rest[(end + 1)..];
            }

            return rest;
        }
    }
}
