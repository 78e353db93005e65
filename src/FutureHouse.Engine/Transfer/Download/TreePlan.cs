namespace FutureHouse.Transfer.Download;

/// <summary>Something planned.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Folder">The folder that it goes in, with <c>/</c> between parts, empty for the top.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Original">Its stored name.</param>
internal sealed record TreePlace(DataEntry Entry, string Folder, string Name, string Original)
{
    /// <summary>Its path below the top.</summary>
    public string Path => TreePlan.Join(Folder, Name);
}

/// <summary>What a directory is made of: where each entry of a hierarchy goes, below it. No part is anything but a plain name, and no two are the same.</summary>
internal sealed class TreePlan
{
    private TreePlan(Naming naming) => Naming = naming;

    /// <summary>Names given in the directory, by the folders' paths below it.</summary>
    public Naming Naming { get; }

    public List<TreePlace> Directories { get; } = [];

    public List<TreePlace> Files { get; } = [];

    /// <param name="root">The root entry.</param>
    /// <param name="entries">Entries of its dataset, in any order; of those that are not below the root nothing is planned.</param>
    /// <param name="holdsData">Whether an entry that has nothing below it, nor a path or text at hand, holds data all the same.</param>
    /// <param name="naming">How names are given.</param>
    /// <param name="ignoresCase">Whether the file system is known to ignore case.</param>
    public static async Task<TreePlan> MakeAsync(DataEntry root, IEnumerable<DataEntry> entries, Func<DataEntry, Task<bool>> holdsData, Naming naming, bool ignoresCase = false)
    {
        var plan = new TreePlan(naming);
        var children = entries.Where(entry => entry.ParentId is not null && entry.Id != root.Id).DistinctBy(entry => entry.Id).ToLookup(entry => entry.ParentId!.Value);
        var open = new Stack<(DataEntry Entry, string Path)>([(root, string.Empty)]);
        while (open.TryPop(out var directory))
        {
            var inside = new List<(DataEntry Entry, bool IsFile)>();

            // The older of two of a name keeps it, whichever the service tells first.
            foreach (var entry in children[directory.Entry.Id].OrderBy(entry => entry.CreatedAt).ThenBy(entry => entry.Id))
            {
                var below = children[entry.Id].Any();
                var data = entry.FilePath is not null || entry.GetText() is not null || entry.StorageType is not (null or StorageType.RawContent or StorageType.Unknown) || (!below && await holdsData(entry).ConfigureAwait(false));
                if (data)
                {
                    inside.Add((entry, true));
                }

                // An entry with text of its own and others below it is a file and a directory.
                if (below || !data)
                {
                    inside.Add((entry, false));
                }
            }

            var originals = inside.ConvertAll(item => (StoredName.OfFile(item.Entry), item.IsFile));
            var names = naming.TakeAll(directory.Path, originals, ignoresCase);
            for (var i = 0; i < inside.Count; i++)
            {
                var place = new TreePlace(inside[i].Entry, directory.Path, names[i], originals[i].Item1);
                (inside[i].IsFile ? plan.Files : plan.Directories).Add(place);
                if (!inside[i].IsFile)
                {
                    open.Push((place.Entry, place.Path));
                }
            }
        }

        return plan;
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
