using FutureHouse.Errors;
using FutureHouse.Packaging;

namespace FutureHouse.Transfer.Upload;

/// <summary>An item of a tree that is being sent.</summary>
internal class TreeNode(TreeItem? item, TreeDirectory? parent)
{
    /// <summary>Null for the root.</summary>
    public TreeItem? Item => item;

    public TreeDirectory? Parent => parent;

    public string Name { get; } = item is null ? string.Empty : item.RelativePath[(item.RelativePath.LastIndexOf('/') + 1)..];
}

/// <summary>A directory of a tree that is being sent, and what waits for its entry.</summary>
internal sealed class TreeDirectory(TreeItem? item, TreeDirectory? parent) : TreeNode(item, parent)
{
    private List<TreeNode>? _waiting = [];

    /// <summary>Its entry, once it is made.</summary>
    public Guid? Id { get; private set; }

    /// <summary>The walk has left it, so that its files are known.</summary>
    public bool IsLeft { get; set; }

    /// <summary>
    /// Names of its files, each with the description that the manifest gives it, for a generated description.
    /// </summary>
    public GeneratedDescription Files { get; } = new();

    /// <summary>Whether its own entry needs no list of its files.</summary>
    public bool IsDescribed { get; init; }

    /// <summary>The directory whose failure means that it is not sent: itself or one above.</summary>
    public TreeDirectory? LostBy { get; set; }

    /// <summary>Why its entry could not be made.</summary>
    public FutureHouseException? Error { get; private set; }

    /// <summary>Items in it that are not sent, as its entry failed.</summary>
    public long Lost { get; set; }

    /// <summary>Whether an item of the walk is in it; the walk's end is not.</summary>
    public bool Holds(TreeItem? candidate) => candidate is not null
        && (Item is not { RelativePath: var path } || (candidate.RelativePath.Length > path.Length && candidate.RelativePath[path.Length] == '/' && candidate.RelativePath.StartsWith(path, StringComparison.Ordinal)));

    /// <summary>What to tell of what is in it, until its entry is made.</summary>
    public void Wait(TreeNode child) => _waiting!.Add(child);

    /// <summary>Its entry is made.</summary>
    /// <returns>What waited for it.</returns>
    public List<TreeNode> Made(Guid id)
    {
        Id = id;
        return Take();
    }

    /// <summary>Its entry could not be made: what is below it is lost.</summary>
    /// <param name="error">Why.</param>
    /// <param name="open">Directories that the walk is in, the outermost first.</param>
    /// <returns>How many items below it are known so far.</returns>
    public long Fail(FutureHouseException error, IEnumerable<TreeDirectory> open)
    {
        Error = error;
        Lose(this);

        // One that the walk is in waits for its end, not in a list.
        foreach (var below in open.Where(directory => directory is { LostBy: null, Parent.LostBy: not null }))
        {
            Lost++;
            Lose(below);
        }

        return Lost;
    }

    private void Lose(TreeDirectory top)
    {
        var open = new Stack<TreeDirectory>([top]);
        while (open.TryPop(out var directory))
        {
            directory.LostBy = this;
            foreach (var child in directory.Take())
            {
                Lost++;
                if (child is TreeDirectory below)
                {
                    open.Push(below);
                }
            }
        }
    }

    private List<TreeNode> Take() => Interlocked.Exchange(ref _waiting, null) ?? [];
}
