namespace FutureHouse.Packaging;

/// <summary>Why something of a tree is not uploaded.</summary>
public enum SkipReason
{
    /// <summary>An ignore rule excludes it.</summary>
    Ignored,

    /// <summary>It is a socket, a pipe or a device.</summary>
    Special,

    /// <summary>A link to something outside of the tree.</summary>
    LinkOutside,

    /// <summary>A link to a directory that it is in.</summary>
    LinkCycle,

    /// <summary>A link to a directory that another link has led to already.</summary>
    LinkRepeated,
}

/// <summary>A rule that excludes: its text and where it stands.</summary>
/// <param name="Pattern">The rule as it is written.</param>
/// <param name="Source">Path of the ignore file relative to the tree's root; <c>-IgnorePattern</c> for one of the caller's, <c>default</c> for one of the module's.</param>
/// <param name="Line">The line, from 1; of the caller's and the module's, the position in the list.</param>
public sealed record IgnoreRuleOrigin(string Pattern, string Source, int Line);

/// <summary>Something of a tree that is not uploaded.</summary>
/// <param name="RelativePath">Its path below the tree's root, with <c>/</c> between parts.</param>
/// <param name="FullPath">Where it is on this machine.</param>
/// <param name="IsDirectory">Whether it is a directory, which then was not entered.</param>
/// <param name="Reason">Why.</param>
/// <param name="Rule">The rule, of what is ignored.</param>
public sealed record SkippedItem(string RelativePath, string FullPath, bool IsDirectory, SkipReason Reason, IgnoreRuleOrigin? Rule);
