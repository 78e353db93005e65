using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;
using FutureHouse.Transfer;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Fetches what entries hold (Protocol §6).</summary>
[Cmdlet(VerbsCommon.Get, "FhData")]
[OutputType(typeof(string), typeof(FileInfo), typeof(DirectoryInfo), typeof(ExternalSource))]
public sealed class GetFhDataCommand : ConnectedCmdlet
{
    private readonly Naming _naming = new();
    private ProgressReporter _progress = null!;
    private string? _folder;

    /// <summary>The entries.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf(OrDataset = true)]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>A version, 0 and up; by default the latest.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [Given]
    public int? Version { get; set; }

    /// <summary>A revision.</summary>
    [Parameter]
    [RevisionOf]
    public Guid? RevisionId { get; set; }

    /// <summary>Folder to write to; made if it is not there.</summary>
    [Parameter(Position = 1)]
    [PathOf]
    public string? Destination { get; set; }

    /// <summary>Merges directories that are there, and replaces files.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter Force { get; set; }

    /// <summary>Fetches all that is below the entry of a directory, as a directory.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Leaves archives as they are.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter NoExtract { get; set; }

    /// <summary>Transfers at once, at most.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    [Given]
    public int ThrottleLimit { get; set; } = 16;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        _progress = new ProgressReporter(this, CmdletStrings.Fetching);
        RunTogether(ThrottleLimit, _progress);
        if (Version is not null && RevisionId is not null)
        {
            ThrowTerminatingError(ErrorTable.Record(new InvalidRequestException(CmdletStrings.VersionAndRevision), null));
        }

        try
        {
            _folder = Destination is null ? null : FilePaths.Literal(this, Destination);
            if (_folder is not null)
            {
                Directory.CreateDirectory(_folder);
            }
        }
        catch (FutureHouseException e)
        {
            ThrowTerminatingError(ErrorTable.Record(e, Destination));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(ErrorTable.Record(new DownloadFailedException(e.Message, e), Destination));
        }
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var id in Id)
        {
            var connection = Use();
            if (EntryReader.Dataset(id) is { } dataset)
            {
                FetchAll(connection, dataset);
                continue;
            }

            var here = _folder ?? CurrentProviderLocation("FileSystem").ProviderPath;
            Queue.Start(id, turn => FetchAsync(connection, id, here, turn));
        }

    }

    /// <summary>Fetches what the entries of a dataset hold; with -Recurse a directory's with the directory, and else not the directories, which hold nothing by themselves.</summary>
    private void FetchAll(FutureHouse.Connection connection, Guid dataset) => ForItem(dataset, () =>
    {
        if (Version is not null || RevisionId is not null)
        {
            throw new InvalidRequestException(Text(BindingStrings.DatasetHasNoVersion, dataset)) { Target = dataset };
        }

        var here = _folder ?? CurrentProviderLocation("FileSystem").ProviderPath;
        RunEach(
            token => connection.GetClient().ReadDatasetEntriesAsync(dataset, token),
            entry =>
            {
                if (Recurse ? entry.ParentId is null : !TransferEngine.IsDirectory(entry))
                {
                    Queue.Start(entry.Id, turn => FetchAsync(connection, entry.Id.ToString("D"), here, turn));
                }
            });
    });

    private async Task FetchAsync(FutureHouse.Connection connection, string id, string here, WorkItem turn)
    {
        var entry = await EntryReader.ReadAsync(connection.GetClient(), id, Version, RevisionId, turn.Token).ConfigureAwait(false);
        if (Recurse && TransferEngine.IsDirectory(entry))
        {
            await FetchTreeAsync(connection, entry, _folder ?? here, turn).ConfigureAwait(false);
            return;
        }

        var item = _progress.Begin(entry.Name);
        try
        {
            // Text without a destination is given as text; bytes go to the current location then.
            var folder = _folder ?? (entry.GetText() is null ? here : null);
            var request = new FetchRequest { Entry = entry, DestinationDirectory = folder, Force = Force, Extract = !NoExtract, Naming = _naming };
            var transfers = connection.GetTransfers();
            transfers.Permit(ThrottleLimit);
            var items = await transfers.FetchAsync(request, new TransferSink(item), turn.Token).ConfigureAwait(false);
            if (items.Count == 0)
            {
                turn.Say(() => WriteWarning(Text(SourceStrings.RowGone, entry.Name)));
            }

            foreach (var fetched in items)
            {
                await turn.SayAsync(() => Write(fetched), sizeof(char) * (fetched.Text?.Length ?? 0L)).ConfigureAwait(false);
            }
        }
        finally
        {
            _progress.End(item);
        }
    }

    private async Task FetchTreeAsync(FutureHouse.Connection connection, DataEntry root, string folder, WorkItem turn)
    {
        var transfers = connection.GetTransfers();
        transfers.Permit(ThrottleLimit);
        var request = new TreeFetchRequest { Root = root, DestinationDirectory = folder, Force = Force, Concurrency = ThrottleLimit, Naming = _naming };
        var made = await transfers.FetchTreeAsync(request, new TreeFetchReporter(this, _progress, turn), turn.Token).ConfigureAwait(false);
        await turn.SayAsync(() => WriteObject(Show(new FetchedItem(root, null, made.Path) { OriginalName = made.OriginalName }))).ConfigureAwait(false);
    }

    private void Write(FetchedItem fetched)
    {
        foreach (var warning in fetched.Warnings)
        {
            WriteWarning(warning);
        }

        if (fetched.Error is { } error)
        {
            Report(error, fetched.Entry.Id);
        }
        else
        {
            WriteObject(fetched.Source is { } source ? source : Show(fetched));
        }
    }

    private PSObject Show(FetchedItem fetched)
    {
        var entry = fetched.Entry;

        // Through the provider, for what it adds to a file: PSPath, and what its table shows.
        var result = fetched.Path is { } path ? InvokeProvider.Item.Get([path], force: true, literalPath: true)[0] : new PSObject(fetched.Text);
        result.Properties.Add(new PSNoteProperty("EntryId", entry.Id));
        if (fetched.OriginalName is { } original)
        {
            result.Properties.Add(new PSNoteProperty("OriginalName", original));
        }

        if (fetched.Path is null)
        {
            result.Properties.Add(new PSNoteProperty("EntryName", entry.Name));
            result.Properties.Add(new PSNoteProperty("FileName", entry.FilePath));
        }

        return result;
    }

    /// <summary>Shows the transfers of a hierarchy, and what failed of them.</summary>
    private sealed class TreeFetchReporter(GetFhDataCommand cmdlet, ProgressReporter progress, WorkItem turn) : ITreeFetchObserver
    {
        private readonly Dictionary<Guid, ProgressReporter.Item> _under = [];
        private readonly object _lock = new();

        public void Fetched(DataEntry entry, string relativePath) => End(entry);

        public void Failed(DataEntry entry, FutureHouseException error)
        {
            End(entry);
            turn.Say(() => cmdlet.Report(error, entry.Id));
        }

        public void Renamed(DataEntry entry, string warning) => turn.Say(() => cmdlet.WriteWarning(warning));

        public IProgress<TransferProgress>? Starting(DataEntry entry)
        {
            var shown = progress.Begin(entry.Name);
            lock (_lock)
            {
                _under[entry.Id] = shown;
            }

            return new TransferSink(shown);
        }

        private void End(DataEntry entry)
        {
            ProgressReporter.Item? shown;
            lock (_lock)
            {
                if (!_under.Remove(entry.Id, out shown))
                {
                    return;
                }
            }

            progress.End(shown);
        }
    }
}
