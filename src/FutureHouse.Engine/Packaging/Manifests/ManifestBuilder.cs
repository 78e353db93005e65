namespace FutureHouse.Packaging.Manifests;

/// <summary>
/// Makes items of a manifest's text. Of a mapping, <c>description</c>, <c>metadata</c> and <c>entries</c> speak of the item itself, as the public guide has it; every other
/// name is something in it, as the plain nested form has it, so that the two may be mixed.
/// </summary>
internal sealed class ManifestBuilder(ManifestSource source)
{
    /// <param name="document">The manifest's text.</param>
    /// <param name="directoryName">Name of the uploaded directory.</param>
    public ManifestItem Build(ManifestNode document, string directoryName)
    {
        if (document is not MappingNode top)
        {
            throw source.Error(document.Position, ManifestMessages.NotMapping, document.Kind);
        }

        var root = new ManifestItem();
        root.Match();
        var rest = new List<Member>();
        foreach (var member in top.Members)
        {
            // The directory itself by its name. A text under it is its description only where it stands alone: beside others it is a file of that name.
            var isRoot = member.Name.TrimEnd('/') == directoryName && (member.Node is MappingNode || top.Members.Count == 1 || member.Name.EndsWith('/'));
            if (!isRoot)
            {
                rest.Add(member);
            }
            else if (root.Position is { } first)
            {
                throw source.Error(member.Position, ManifestMessages.Duplicate, member.Name, first.Line);
            }
            else
            {
                root.Position = member.Position;
                Describe(root, member);
            }
        }

        Describe(root, rest);
        return root;
    }

    private void Describe(ManifestItem item, Member member)
    {
        switch (member.Node)
        {
            case MappingNode mapping:
                Describe(item, mapping.Members);
                break;
            case { IsNull: true }:
                break;
            default:
                item.Description = member.Node.Text ?? throw source.Error(member.Node.Position, ManifestMessages.EntryType, member.Name, member.Node.Kind);
                break;
        }
    }

    private void Describe(ManifestItem item, IReadOnlyList<Member> members)
    {
        foreach (var member in members)
        {
            var node = member.Node;
            switch (member.Name)
            {
                case "description":
                    item.Description = node.IsNull ? item.Description : node.Text ?? throw source.Error(node.Position, ManifestMessages.DescriptionType, node.Kind);
                    break;
                case "metadata":
                    item.Metadata = node.IsNull ? item.Metadata : (node as MappingNode ?? throw source.Error(node.Position, ManifestMessages.MetadataType, node.Kind)).AsMetadata();
                    break;
                case "entries":
                    foreach (var entry in node.IsNull ? [] : (node as MappingNode ?? throw source.Error(node.Position, ManifestMessages.EntriesType, node.Kind)).Members)
                    {
                        Add(item, entry);
                    }

                    break;
                default:
                    Add(item, member);
                    break;
            }
        }
    }

    private void Add(ManifestItem parent, Member member)
    {
        var name = OperatingSystem.IsWindows() ? member.Name.Replace('\\', '/') : member.Name;
        var parts = name.Split('/').Where(part => part is not ("" or ".")).ToArray();
        if (parts.Length == 0 || parts.Contains(".."))
        {
            throw source.Error(member.Position, ManifestMessages.BadName, member.Name);
        }

        if (parent.Depth + parts.Length > ManifestSource.MaximumDepth)
        {
            throw source.Error(member.Position, ManifestMessages.TooDeep, ManifestSource.MaximumDepth);
        }

        var item = parent;
        foreach (var part in parts)
        {
            if (!item.Entries.TryGetValue(part, out var next))
            {
                item.Entries[part] = next = new ManifestItem { Depth = item.Depth + 1 };
            }

            item = next;
        }

        if (item.Position is { } first)
        {
            throw source.Error(member.Position, ManifestMessages.Duplicate, member.Name, first.Line);
        }

        item.Position = member.Position;
        item.IsDirectory = name.EndsWith('/');
        Describe(item, member);
    }
}
