namespace FutureHouse.Packaging;

/// <summary>Finds the last rule with a given literal without making a string to look it up with.</summary>
internal sealed class LiteralTable
{
    private readonly List<Entry> _entries = [];
    private int[] _buckets = [];

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Adds a rule after all that were added before.</summary>
    public void Add(string literal, int index, bool directoryOnly)
    {
        if (Locate(literal) is var at && at < 0)
        {
            at = _entries.Count;
            _entries.Add(new Entry(literal, string.GetHashCode(literal.AsSpan()), -1, -1, -1));
            Link(at);
        }

        var entry = _entries[at];
        _entries[at] = directoryOnly ? entry with { Directory = index } : entry with { Any = index };
    }

    /// <summary>Index of the last rule, or -1.</summary>
    public int Find(ReadOnlySpan<char> literal, bool isDirectory)
    {
        var at = Locate(literal);
        if (at < 0)
        {
            return -1;
        }

        var entry = _entries[at];
        return isDirectory ? Math.Max(entry.Any, entry.Directory) : entry.Any;
    }

    private int Locate(ReadOnlySpan<char> literal)
    {
        if (_buckets.Length == 0)
        {
            return -1;
        }

        var hash = string.GetHashCode(literal);
        for (var at = _buckets[hash & (_buckets.Length - 1)] - 1; at >= 0; at = _entries[at].Next)
        {
            if (_entries[at].Hash == hash && literal.SequenceEqual(_entries[at].Literal))
            {
                return at;
            }
        }

        return -1;
    }

    private void Link(int added)
    {
        var from = added;
        if (_entries.Count > _buckets.Length)
        {
            _buckets = new int[Math.Max(8, _buckets.Length * 2)];
            from = 0;
        }

        for (var at = from; at <= added; at++)
        {
            ref var bucket = ref _buckets[_entries[at].Hash & (_buckets.Length - 1)];
            _entries[at] = _entries[at] with { Next = bucket - 1 };
            bucket = at + 1;
        }
    }

    private readonly record struct Entry(string Literal, int Hash, int Any, int Directory, int Next);
}
