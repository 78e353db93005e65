using System.Text;
using FutureHouse.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace FutureHouse.Packaging.Manifests;

/// <summary>Reads a manifest in YAML. An alias is the node it stands for, not a copy, and counts with all that is in it, so that a few lines cannot become a billion values.</summary>
internal sealed class YamlManifestReader
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly ManifestSource _source;
    private readonly Parser _parser;
    private readonly Dictionary<string, ManifestNode?> _anchors = new(StringComparer.Ordinal); // null: still being read
    private long _nodes;

    private YamlManifestReader(ManifestSource source)
    {
        _source = source;
        _parser = new Parser(new StreamReader(new MemoryStream(source.Bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: false));
    }

    /// <exception cref="ManifestInvalidException">It is not YAML, names something twice, is recursive, or is too deep or too long.</exception>
    public static ManifestNode Read(ManifestSource source)
    {
        var reader = new YamlManifestReader(source);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            throw source.Error(At(e.Start), ManifestMessages.NotYaml, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException or NullReferenceException or IndexOutOfRangeException)
        {
            // The parser trips over some texts instead of refusing them; how far it had got is all there is to say.
            throw source.Error(reader._parser.Current is { } last ? At(last.End) : new Position(1, 1), ManifestMessages.NotYaml, ManifestMessages.WhyNotYaml);
        }
    }

    private ManifestNode ReadDocument()
    {
        Next<StreamStart>();
        if (_parser.MoveNext() && _parser.Current is StreamEnd)
        {
            throw _source.Error(new Position(1, 1), ManifestMessages.Empty);
        }

        _parser.MoveNext();
        var node = ReadNode(0);
        Next<DocumentEnd>();
        return _parser.MoveNext() && _parser.Current is DocumentStart second
            ? throw _source.Error(At(second.Start), ManifestMessages.SecondDocument)
            : node;
    }

    /// <summary>Reads the node whose event is current.</summary>
    private ManifestNode ReadNode(int depth)
    {
        var current = _parser.Current!;
        var position = At(current.Start);
        if (depth > ManifestSource.MaximumDepth)
        {
            throw _source.Error(position, ManifestMessages.TooDeep, ManifestSource.MaximumDepth);
        }

        if (current is AnchorAlias alias)
        {
            return Resolve(alias, position, depth);
        }

        Count(1, position);
        var anchor = current is NodeEvent { Anchor.IsEmpty: false } named ? named.Anchor.Value : null;
        if (anchor is not null)
        {
            _anchors[anchor] = null;
        }

        ManifestNode node = current switch
        {
            MappingStart start => ReadMapping(start, position, depth),
            SequenceStart start => ReadList(start, position, depth),
            Scalar scalar => new ScalarNode(position, Value(scalar, position), scalar.Value),
            _ => throw _source.Error(position, ManifestMessages.NotYaml, current.ToString()),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = node;
        }

        return node;
    }

    private ManifestNode Resolve(AnchorAlias alias, Position position, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw _source.Error(position, ManifestMessages.UnknownAlias, alias.Value.Value);
        }

        if (node is null)
        {
            throw _source.Error(position, ManifestMessages.RecursiveAlias, alias.Value.Value);
        }

        if (depth + node.Height > ManifestSource.MaximumDepth)
        {
            throw _source.Error(position, ManifestMessages.TooDeep, ManifestSource.MaximumDepth);
        }

        Count(node.Count, position);
        return node;
    }

    private MappingNode ReadMapping(MappingStart start, Position position, int depth)
    {
        CheckTag(start.Tag, "map", position);
        var members = new List<Member>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var merged = new List<MappingNode>();
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var at = At(_parser.Current!.Start);
            var isMerge = _parser.Current is Scalar { Style: ScalarStyle.Plain, Value: "<<" };
            // As written: a name that looks like a number is a name.
            if (ReadNode(depth + 1) is not ScalarNode { Written: { } name } key)
            {
                throw _source.Error(at, ManifestMessages.KeyType, _parser.Current is MappingEnd ? ManifestMessages.KindMapping : ManifestMessages.KindList);
            }

            _parser.MoveNext();
            var value = ReadNode(depth + 1);
            if (isMerge)
            {
                merged.AddRange(Mappings(value));
            }
            else if (lines.TryAdd(name, at.Line))
            {
                members.Add(new Member(name, at, value));
            }
            else
            {
                throw _source.Error(at, ManifestMessages.Duplicate, name, lines[name]);
            }
        }

        // What is written here wins over what is merged in, and the first merged over the next.
        members.AddRange(merged.SelectMany(mapping => mapping.Members).Where(member => lines.TryAdd(member.Name, member.Position.Line)));
        return new MappingNode(position, members);
    }

    private IEnumerable<MappingNode> Mappings(ManifestNode value) => value switch
    {
        MappingNode one => [one],
        ListNode list => list.Items.Select(item => item as MappingNode ?? throw _source.Error(value.Position, ManifestMessages.MergeType, item.Kind)),
        _ => throw _source.Error(value.Position, ManifestMessages.MergeType, value.Kind),
    };

    private ListNode ReadList(SequenceStart start, Position position, int depth)
    {
        CheckTag(start.Tag, "seq", position);
        var items = new List<ManifestNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        return new ListNode(position, items);
    }

    private object? Value(Scalar scalar, Position position)
    {
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? null : scalar.Tag.Value;
        var value = tag is null ? (scalar.IsPlainImplicit && scalar.Style == ScalarStyle.Plain ? YamlScalars.Resolve(scalar.Value) : scalar.Value) : tag switch
        {
            TagPrefix + "str" => scalar.Value,
            TagPrefix + "null" => YamlScalars.Resolve(scalar.Value) is null ? null : throw Bad("null"),
            TagPrefix + "bool" => YamlScalars.Resolve(scalar.Value) is bool flag ? flag : throw Bad("bool"),
            TagPrefix + "int" => YamlScalars.Resolve(scalar.Value) is long whole ? whole : throw Bad("int"),
            TagPrefix + "float" => YamlScalars.Resolve(scalar.Value) switch { double number => number, long number => (double)number, _ => throw Bad("float") },
            _ => throw _source.Error(position, ManifestMessages.UnknownTag, tag),
        };
        return value is double d && !double.IsFinite(d) ? throw _source.Error(position, ManifestMessages.NotFinite, scalar.Value) : value;

        ManifestInvalidException Bad(string type) => _source.Error(position, ManifestMessages.BadTagValue, scalar.Value, type);
    }

    private void CheckTag(TagName tag, string expected, Position position)
    {
        if (!tag.IsEmpty && !tag.IsNonSpecific && tag.Value != TagPrefix + expected)
        {
            throw _source.Error(position, ManifestMessages.UnknownTag, tag.Value);
        }
    }

    private void Count(long nodes, Position position)
    {
        _nodes += nodes;
        if (_nodes > ManifestSource.MaximumNodes)
        {
            throw _source.Error(position, ManifestMessages.TooMany, ManifestSource.MaximumNodes);
        }
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (!_parser.MoveNext() || _parser.Current is not T)
        {
            throw _source.Error(_parser.Current is { } current ? At(current.Start) : null, ManifestMessages.NotYaml, _parser.Current?.ToString() ?? string.Empty);
        }
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
