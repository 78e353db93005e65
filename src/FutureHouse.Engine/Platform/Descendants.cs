namespace FutureHouse.Platform;

/// <summary>
/// Picks, from a dataset's entries as they come, those below one of them. A parent is mostly read before its children; an entry that comes before its parent waits for it. Of what has
/// been read nothing is held but the ids.
/// </summary>
/// <param name="root">The entry below which they are.</param>
/// <param name="recurse">Whether children's children are picked too.</param>
/// <param name="found">Is given each that is picked, while another is taken.</param>
internal sealed class Descendants(Guid root, bool recurse, Action<DataEntry> found)
{
    private readonly Dictionary<Guid, bool> _isBelow = new() { [root] = true };
    private readonly Dictionary<Guid, List<DataEntry>> _waiting = [];

    /// <summary>Takes the next entry.</summary>
    public void Take(DataEntry entry)
    {
        if (!recurse)
        {
            if (entry.ParentId == root)
            {
                found(entry);
            }

            return;
        }

        var decided = new Queue<DataEntry>([entry]);
        while (decided.TryDequeue(out var next))
        {
            Decide(next, decided);
        }
    }

    private void Decide(DataEntry entry, Queue<DataEntry> decided)
    {
        var isBelow = false;
        if (entry.Id != root && entry.ParentId is { } parent && !_isBelow.TryGetValue(parent, out isBelow))
        {
            if (!_waiting.TryGetValue(parent, out var siblings))
            {
                _waiting[parent] = siblings = [];
            }

            siblings.Add(entry);
            return;
        }

        if (isBelow)
        {
            found(entry);
        }

        _isBelow[entry.Id] = isBelow || entry.Id == root;
        if (_waiting.Remove(entry.Id, out var waiting))
        {
            waiting.ForEach(decided.Enqueue);
        }
    }
}
