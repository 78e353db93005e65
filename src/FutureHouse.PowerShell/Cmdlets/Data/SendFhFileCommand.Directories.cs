using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Formatting;
using FutureHouse.PowerShell.Pipeline;
using FutureHouse.Transfer;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <content>Directories: as one collection, or as a hierarchy (Protocol §2).</content>
public sealed partial class SendFhFileCommand
{
    private void SendDirectory(string directory)
    {
        var name = Name ?? System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(directory));
        if (string.IsNullOrEmpty(name))
        {
            throw new InvalidRequestException(Text(CmdletStrings.DriveRoot, directory)) { Target = directory };
        }

        // What is in its own words at fault is said before anything is sent.
        var manifest = Manifest.FindIn(directory, ManifestFileName is null ? null : FilePaths.Shown(ManifestFileName), CurrentProviderLocation("FileSystem").ProviderPath) is { } path
            ? Manifest.Load(path, System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(directory)))
            : null;
        var what = AsCollection ? Text(CmdletStrings.SendCollection, directory, TransferEngine.CollectionPath(name, DestinationPath)) : Text(CmdletStrings.SendHierarchy, directory);
        if (IsWhatIf && (Description ?? manifest?.For(string.Empty)?.Description) is { Length: > 0 } said)
        {
            what += Text(CmdletStrings.PlanDescription, said);
        }

        if (!ShouldProcess(what, Text(CmdletStrings.Sure, what), CmdletStrings.ConfirmCaption))
        {
            if (IsWhatIf)
            {
                ShowPlan(directory, manifest);
            }

            return;
        }

        var transfers = Use().GetTransfers();
        transfers.Permit(ThrottleLimit);
        var stored = Stored(transfers, directory);
        WorkItem turn = null!; // it has begun before anything is read
        var walk = Rules(item => turn.Say(() => TellSkipped(item)), Failed);
        var items = TreeWalker.Walk(directory, walk, StopToken);
        if (AsCollection)
        {
            var request = Collection(directory, name, manifest, Named(items, manifest)) with { Stored = stored, Failed = Failed };
            Queue.Start(directory, item => SendCollectionAsync(transfers, request, manifest, turn = item));
        }
        else
        {
            var request = Hierarchy(directory, name, manifest, items) with { Stored = stored };
            Queue.Start(directory, item => SendHierarchyAsync(transfers, request, turn = item));
        }

        void Failed(FutureHouseException error) => turn.Say(() => Report(error, error.Target ?? directory));
    }

    private async Task SendCollectionAsync(TransferEngine transfers, CollectionUploadRequest request, Manifest? manifest, WorkItem turn)
    {
        var item = _progress.Begin(request.Name);
        try
        {
            var entry = await transfers.UploadCollectionAsync(request, new TransferSink(item), turn.Token).ConfigureAwait(false);
            Give(entry, request.Root, request.Stored, turn);
            WarnOfUnmatched(manifest, turn);
        }
        finally
        {
            _progress.End(item);
        }
    }

    private async Task SendHierarchyAsync(TransferEngine transfers, TreeUploadRequest request, WorkItem turn)
    {
        await transfers.UploadTreeAsync(request, new TreeUploadReporter(this, _progress, request, turn), turn.Token).ConfigureAwait(false);
        WarnOfUnmatched(request.Manifest, turn);
    }

    private CollectionUploadRequest Collection(string directory, string name, Manifest? manifest, IEnumerable<TreeItem> items) => new()
    {
        Root = directory,
        Name = name,
        Items = items,
        Description = Description ?? manifest?.For(string.Empty)?.Description,
        DestinationPath = DestinationPath,
        DatasetId = DatasetId,
        ProjectId = ProjectId,
        ParentId = ParentId,
        Tags = Tags,
        Metadata = PlainMetadata(),
        Embedding = Embedding,
    };

    private TreeUploadRequest Hierarchy(string directory, string name, Manifest? manifest, IEnumerable<TreeItem> items) => new()
    {
        Root = directory,
        Name = name,
        Items = items,
        Description = Description,
        DestinationPath = DestinationPath,
        DatasetId = DatasetId,
        ProjectId = ProjectId,
        ParentId = ParentId,
        Tags = Tags,
        Metadata = PlainMetadata(),
        Embedding = Embedding,
        Manifest = manifest,
        Concurrency = ThrottleLimit,
    };

    private TreeWalkOptions Rules(Action<SkippedItem> skipped, Action<FutureHouseException> failed) =>
        new() { IgnoreFileName = IgnoreFileName, IgnorePatterns = IgnorePattern, Skipped = skipped, Failed = failed };

    /// <summary>Says of a directory, item by item, what would become of it. No request is sent.</summary>
    private void ShowPlan(string directory, Manifest? manifest)
    {
        long files = 0, bytes = 0, directories = 0, skipped = 0;
        var rules = Rules(
            item =>
            {
                skipped++;
                Say(item.Rule is { } rule ? Text(CmdletStrings.PlanIgnored, item.RelativePath, rule.Pattern, rule.Source, RuleLine(rule)) : Why(item));
            },
            error => InPlace(() => Report(error, error.Target ?? directory)));
        var items = TreeWalker.Walk(directory, rules, StopToken).ToList();
        var generated = Generated(items, manifest);
        foreach (var item in items)
        {
            var description = manifest?.For(item.RelativePath, item.IsDirectory)?.Description ?? (AsCollection ? null : Generate(item, generated));
            var more = description is null ? string.Empty : Text(CmdletStrings.PlanDescription, description);
            if (item.IsDirectory)
            {
                directories++;
                Say(Text(CmdletStrings.PlanDirectory, item.RelativePath, more));
                continue;
            }

            files++;
            bytes += item.Size;
            ForItem(item.FullPath, () => Say(Text(Becomes(item), item.RelativePath, ByteSize.Format(item.Size), more)));
        }

        Say(Text(CmdletStrings.PlanTotal, directory, files, ByteSize.Format(bytes), directories, skipped));
        WarnOfUnmatched(manifest, null);
    }

    /// <summary>What names a directory's files, of each directory that has some.</summary>
    private static Dictionary<string, GeneratedDescription> Generated(List<TreeItem> items, Manifest? manifest)
    {
        var directories = new Dictionary<string, GeneratedDescription>(StringComparer.Ordinal);
        foreach (var item in items.Where(i => !i.IsDirectory))
        {
            var (folder, name) = Split(item.RelativePath);
            if (!directories.TryGetValue(folder, out var description))
            {
                directories[folder] = description = new GeneratedDescription();
            }

            description.Add(name, manifest?.For(item.RelativePath, isDirectory: false)?.Description);
        }

        return directories;
    }

    private static string Generate(TreeItem item, Dictionary<string, GeneratedDescription> generated)
    {
        var name = Split(item.RelativePath).Name;
        return item.IsDirectory ? (generated.GetValueOrDefault(item.RelativePath) ?? new GeneratedDescription()).OfDirectory(name) : GeneratedDescription.OfFile(name);
    }

    private static (string Folder, string Name) Split(string path) => path.LastIndexOf('/') is >= 0 and var slash ? (path[..slash], path[(slash + 1)..]) : (string.Empty, path);

    private string Becomes(TreeItem item)
    {
        if (AsCollection)
        {
            return CmdletStrings.PlanInArchive;
        }

        var plan = Run(token => TransferEngine.PlanOfflineAsync(new UploadRequest { Path = item.FullPath, Name = item.RelativePath }, token));
        return plan.Kind == UploadKind.Text ? CmdletStrings.PlanText : CmdletStrings.PlanBucket;
    }

    // With -WhatIf it says, and is never the go-ahead for anything.
    private void Say(string line) => ShouldProcess(line, line, CmdletStrings.ConfirmCaption);

    private static IEnumerable<TreeItem> Named(IEnumerable<TreeItem> items, Manifest? manifest)
    {
        foreach (var item in items)
        {
            manifest?.For(item.RelativePath, item.IsDirectory); // which thereby counts as matched
            yield return item;
        }
    }

    private void TellSkipped(SkippedItem item)
    {
        if (item.Rule is { } rule)
        {
            WriteVerbose(Text(CmdletStrings.SkippedIgnored, item.FullPath, rule.Pattern, rule.Source, RuleLine(rule)));
        }
        else
        {
            WriteWarning(Why(item));
        }
    }

    private static string Why(SkippedItem item) => Text(
        item.Reason switch
        {
            SkipReason.LinkOutside => CmdletStrings.SkippedLinkOutside,
            SkipReason.LinkCycle => CmdletStrings.SkippedLinkCycle,
            SkipReason.LinkRepeated => CmdletStrings.SkippedLinkRepeated,
            _ => CmdletStrings.SkippedSpecial,
        },
        item.FullPath);

    private static string RuleLine(IgnoreRuleOrigin rule) => string.Format(CultureInfo.CurrentCulture, CmdletStrings.RuleLine, rule.Line);

    private void WarnOfUnmatched(Manifest? manifest, WorkItem? turn)
    {
        foreach (var unmatched in manifest?.Unmatched ?? [])
        {
            void Say() => WriteWarning(Text(CmdletStrings.UnmatchedInManifest, manifest!.Path, unmatched));
            if (turn is null)
            {
                InPlace(Say);
            }
            else
            {
                turn.Say(Say);
            }
        }
    }

    /// <summary>Shows what becomes of a directory's items as it becomes of them.</summary>
    private sealed class TreeUploadReporter(SendFhFileCommand cmdlet, ProgressReporter progress, TreeUploadRequest request, WorkItem turn) : ITreeUploadObserver
    {
        private readonly Dictionary<TreeItem, ProgressReporter.Item> _under = [];
        private readonly object _lock = new();

        public void Uploaded(TreeItem? item, DataEntry entry)
        {
            End(item);
            cmdlet.Give(entry, item?.FullPath ?? request.Root, request.Stored, turn);
        }

        public void Failed(TreeItem item, FutureHouseException error)
        {
            End(item);
            turn.Say(() => cmdlet.Report(error, item.FullPath));
        }

        public IProgress<TransferProgress>? Starting(TreeItem item)
        {
            var shown = progress.Begin(item.RelativePath);
            lock (_lock)
            {
                _under[item] = shown;
            }

            return new TransferSink(shown);
        }

        private void End(TreeItem? item)
        {
            ProgressReporter.Item? shown;
            lock (_lock)
            {
                if (item is null || !_under.Remove(item, out shown))
                {
                    return;
                }
            }

            progress.End(shown);
        }
    }
}
