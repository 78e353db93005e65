namespace FutureHouse.Packaging.Manifests;

/// <summary>Where something stands in a manifest: line and column, in characters from 1.</summary>
internal readonly record struct Position(int Line, int Column);

/// <summary>What a manifest's text holds, whichever language it is in, with where it stands.</summary>
internal abstract record ManifestNode(Position Position)
{
    /// <summary>Nodes in it, itself included; what an alias stands for counts each time.</summary>
    public virtual long Count => 1;

    /// <summary>Levels below it.</summary>
    public virtual int Height => 0;

    /// <summary>What it is, in words.</summary>
    public abstract string Kind { get; }

    /// <summary>What it stands for as metadata.</summary>
    public abstract object? Value { get; }

    /// <summary>What it is as a description; null where it cannot be one.</summary>
    public virtual string? Text => null;

    public virtual bool IsNull => false;
}

/// <summary>A text, number, boolean or null. <paramref name="Written"/> is its text in YAML, which counts as a description even where it looks like a number.</summary>
internal sealed record ScalarNode(Position Position, object? Scalar, string? Written) : ManifestNode(Position)
{
    public override string Kind => Scalar switch
    {
        null => ManifestMessages.KindNull,
        string => ManifestMessages.KindText,
        bool => ManifestMessages.KindBoolean,
        _ => ManifestMessages.KindNumber,
    };

    public override object? Value => Scalar;

    public override string? Text => Scalar is null ? null : Written;

    public override bool IsNull => Scalar is null;
}

/// <summary>A list.</summary>
internal sealed record ListNode(Position Position, IReadOnlyList<ManifestNode> Items) : ManifestNode(Position)
{
    private readonly long _count = Items.Sum(item => item.Count) + 1;
    private readonly int _height = Items.Count == 0 ? 0 : Items.Max(item => item.Height) + 1;

    public override long Count => _count;

    public override int Height => _height;

    public override string Kind => ManifestMessages.KindList;

    public override object Value => Items.Select(item => item.Value).ToArray();
}

/// <summary>A member of a mapping.</summary>
internal sealed record Member(string Name, Position Position, ManifestNode Node);

/// <summary>A mapping, its names told apart already.</summary>
internal sealed record MappingNode(Position Position, IReadOnlyList<Member> Members) : ManifestNode(Position)
{
    private readonly long _count = Members.Sum(member => member.Node.Count) + 1;
    private readonly int _height = Members.Count == 0 ? 0 : Members.Max(member => member.Node.Height) + 1;

    public override long Count => _count;

    public override int Height => _height;

    public override string Kind => ManifestMessages.KindMapping;

    public override object Value => AsMetadata();

    public IReadOnlyDictionary<string, object?> AsMetadata() => Members.ToDictionary(member => member.Name, member => member.Node.Value, StringComparer.Ordinal);
}
