using FutureHouse.Errors;

namespace FutureHouse.Packaging;

/// <summary>How a tree is walked.</summary>
public sealed record TreeWalkOptions
{
    /// <summary>Name of the ignore files, in the root and below.</summary>
    public string IgnoreFileName { get; init; } = ".gitignore";

    /// <summary>The caller's own rules, in git's syntax, anchored at the root. They win over every file's.</summary>
    public IReadOnlyList<string> IgnorePatterns { get; init; } = [];

    /// <summary>Whether <c>.git</c>, <c>__pycache__</c>, <c>*.pyc</c>, <c>.DS_Store</c> and <c>node_modules</c> are left out unless a rule takes them in again.</summary>
    public bool UseDefaultRules { get; init; } = true;

    /// <summary>Told of everything that is left out.</summary>
    public Action<SkippedItem>? Skipped { get; init; }

    /// <summary>Told of everything that could not be read, a broken link or a folder without permission; the walk goes on.</summary>
    public Action<FutureHouseException>? Failed { get; init; }
}
