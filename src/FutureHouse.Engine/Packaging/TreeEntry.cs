using FutureHouse.Errors;

namespace FutureHouse.Packaging;

/// <summary>Something found in a directory, in the order of names: an item, a link still to be followed, or what to say of something that is no item.</summary>
internal readonly record struct TreeEntry(string Name, TreeItem? Item, bool IsLink, SkippedItem? Skipped, FutureHouseException? Failure) : IComparable<TreeEntry>
{
    /// <summary>Orders by the bytes of the names' UTF-8, the same on every machine. Differs from the order of UTF-16 only where a surrogate meets a character behind them.</summary>
    public int CompareTo(TreeEntry other)
    {
        var (a, b) = (Name, other.Name);
        var common = a.AsSpan().CommonPrefixLength(b);
        return common == a.Length || common == b.Length ? a.Length.CompareTo(b.Length) : Weight(a[common]).CompareTo(Weight(b[common]));
    }

    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x2000 : c >= '\uE000' ? c - 0x800 : c;
}

/// <summary>A directory that is being walked.</summary>
/// <param name="Entries">What is in it, in order.</param>
/// <param name="RelativePath">Its path below the root.</param>
/// <param name="FullPath">Its full path.</param>
/// <param name="RealPath">Its path without any link, if a link led to it.</param>
/// <param name="Rules">The rules that hold in it.</param>
/// <param name="Failures">What was wrong with its ignore file.</param>
internal sealed record TreeFrame(
    List<TreeEntry> Entries, string RelativePath, string FullPath, string? RealPath, IgnoreMatcher Rules, IReadOnlyList<FutureHouseException> Failures)
{
    /// <summary>Index of the entry that comes next.</summary>
    public int Next { get; set; }

    /// <summary>The directories in it that are read already, in order.</summary>
    public Queue<DirectoryRead> Ahead { get; } = new();
}

/// <summary>What came of reading a directory.</summary>
internal readonly record struct DirectoryRead(TreeItem Item, TreeFrame? Frame, FutureHouseException? Failure);
