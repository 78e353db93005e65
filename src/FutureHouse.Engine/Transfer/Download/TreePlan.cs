namespace FutureHouse.Transfer.Download;

/// <summary>What a directory is made of: where each entry of a hierarchy goes, below it, with <c>/</c> between parts. No part is anything but a plain name, and no two are the same.</summary>
internal sealed class TreePlan
{
    private readonly Naming _naming = new();

    private TreePlan()
    {
    }

    public List<string> Directories { get; } = [];

    public List<(DataEntry Entry, string Folder, string Name)> Files { get; } = [];

    /// <param name="root">The root entry.</param>
    /// <param name="entries">Entries of its dataset, in any order; of those that are not below the root nothing is planned.</param>
    /// <param name="holdsData">Whether an entry that has nothing below it, nor a path or text at hand, holds data all the same.</param>
    public static async Task<TreePlan> MakeAsync(DataEntry root, IEnumerable<DataEntry> entries, Func<DataEntry, Task<bool>> holdsData)
    {
        var plan = new TreePlan();
        var children = entries.Where(entry => entry.ParentId is not null && entry.Id != root.Id).DistinctBy(entry => entry.Id).ToLookup(entry => entry.ParentId!.Value);
        var open = new Stack<(DataEntry Entry, string Path)>([(root, string.Empty)]);
        while (open.TryPop(out var directory))
        {
            // The older of two of a name keeps it, whichever the service tells first.
            foreach (var entry in children[directory.Entry.Id].OrderBy(entry => entry.CreatedAt).ThenBy(entry => entry.Id))
            {
                var name = SafeFileName.Of(entry, null);
                var below = children[entry.Id].Any();
                var data = entry.FilePath is not null || entry.GetText() is not null || entry.StorageType is not (null or StorageType.RawContent or StorageType.Unknown) || (!below && await holdsData(entry).ConfigureAwait(false));
                if (data)
                {
                    plan.Files.Add((entry, directory.Path, plan.Take(directory.Path, name, isFile: true)));
                }

                // An entry with text of its own and others below it is a file and a directory.
                if (below || !data)
                {
                    var path = Join(directory.Path, plan.Take(directory.Path, name, isFile: false));
                    plan.Directories.Add(path);
                    open.Push((entry, path));
                }
            }
        }

        return plan;
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    /// <summary>The name, or where it is taken in the folder <c>name (2).ext</c> and so on.</summary>
    public string Take(string folder, string name, bool isFile) => _naming.Take(folder, name, isFile);
}
