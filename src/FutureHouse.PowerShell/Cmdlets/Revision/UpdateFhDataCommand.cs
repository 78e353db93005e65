using System.Management.Automation;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Cmdlets.Data;
using FutureHouse.PowerShell.Formatting;
using FutureHouse.PowerShell.Pipeline;
using FutureHouse.Transfer;

namespace FutureHouse.PowerShell.Cmdlets.Revision;

/// <summary>Changes what entries hold, and keeps what they held: makes a revision (Protocol §7).</summary>
[Cmdlet(VerbsData.Update, "FhData", SupportsShouldProcess = true)] // with a default set, an object with a Path would be turned into text before its properties are looked at
[OutputType(typeof(DataEntry))]
public sealed class UpdateFhDataCommand : ConnectedCmdlet
{
    private const string ContentSet = "Content";
    private const string PathSet = "Path";
    private const string SourceSet = "Source";
    private readonly StringBuilder _lines = new();
    private ProgressReporter _progress = null!;
    private bool _isByProperty;
    private bool _joins;
    private bool _any;

    /// <summary>The entries.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>The new text.</summary>
    [Parameter(ParameterSetName = ContentSet, Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ContentOf("Path", "SourceId")]
    [AllowEmptyString]
    public string[] Content { get; set; } = [];

    /// <summary>A file with the new text or bytes.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [PathOf]
    public string Path { get; set; } = string.Empty;

    /// <summary>An entry whose text or bytes to take.</summary>
    [Parameter(ParameterSetName = SourceSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [UuidOf(Referent.Entry)]
    public Guid? SourceId { get; set; }

    /// <summary>New name of the entry.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string? NewName { get; set; }

    /// <summary>New description of the entry.</summary>
    [Parameter]
    [TextOf(EmptyTextMeans = true)]
    public string? Description { get; set; }

    /// <summary>Keeps the revision as a draft, which is not shown until it is published.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter Draft { get; set; }

    /// <summary>The revision that the change was made from; by default the latest.</summary>
    [Parameter]
    [RevisionOf]
    public Guid? BaseRevisionId { get; set; }

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        _progress = new ProgressReporter(this, RevisionStrings.Updating);

        // One after the other: two changes of one entry at once would be a conflict of our own making.
        RunTogether(1, _progress);
        _isByProperty = MyInvocation.ExpectingInput && !IsBound(nameof(Id)) && !IsBound(nameof(Content)); // an object has both
        _joins = MyInvocation.ExpectingInput && Id.Length > 0 && !IsBound(nameof(Content)); // strings piped in are lines of one text
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        if (_joins && ParameterSetName == ContentSet)
        {
            _any = true;
            _lines.Append(Lines(Content));
            return;
        }

        Update(ParameterSetName == ContentSet ? Content is [var one] ? one : Lines(Content) : null);
    }

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        if (_joins && _any)
        {
            Update(_lines.ToString());
        }
    }

    /// <summary>Each line with its end, as Set-Content writes them.</summary>
    private static string Lines(string[] lines) => string.Concat(lines.Select(l => l + Environment.NewLine));

    private void Update(string? text)
    {
        if (BaseRevisionId is not null && Id.Length > 1)
        {
            InPlace(() => Report(new InvalidRequestException(RevisionStrings.BaseOfSeveral), null));
            return;
        }

        foreach (var given in Id)
        {
            ForItem(given, () =>
            {
                var id = EntryReader.Parse(given);
                if (_isByProperty && text is "")
                {
                    throw new InvalidRequestException(Text(BindingStrings.BlankContent, id)) { Target = given };
                }

                var file = ParameterSetName == PathSet ? TheFile() : null;
                if (ParameterSetName == PathSet && file is null)
                {
                    return;
                }

                var what = Describe(id, text, file);
                if (!ShouldProcess(what, Text(CmdletStrings.Sure, what), CmdletStrings.ConfirmCaption))
                {
                    return;
                }

                var connection = Use();
                var (source, name, description, draft, based) = (SourceId, NewName, Description, (bool)Draft, BaseRevisionId);
                Queue.Start(
                    given,
                    async turn =>
                    {
                        var entry = file is not null
                            ? await ReviseAsync(connection, new RevisionUploadRequest { EntryId = id, Path = file, BaseRevisionId = based, Name = name, Description = description, Publish = !draft, LeftBehind = (left, why) => turn.Say(() => Warn(left, why)) }, turn.Token).ConfigureAwait(false)
                            : await UpdateAsync(connection.GetClient(), id, based, latest => new RevisionUpdate { BaseRevisionId = latest, Content = text, SourceEntryId = source, Name = name, Description = description, Publish = !draft }, turn.Token).ConfigureAwait(false);
                        await turn.SayAsync(() => WriteObject(entry)).ConfigureAwait(false);
                    });
            });
        }
    }

    private static async Task<DataEntry> UpdateAsync(PlatformClient client, EntryId id, Guid? based, Func<Guid, RevisionUpdate> update, CancellationToken token)
    {
        var latest = based ?? (await client.GetEntryAsync(id, default, token).ConfigureAwait(false)).RevisionId
            ?? throw new InvalidRequestException(Text(RevisionStrings.NoRevisions, id)) { Target = id };
        return await client.UpdateEntryAsync(id, update(latest), token).ConfigureAwait(false);
    }

    private async Task<DataEntry> ReviseAsync(FutureHouse.Connection connection, RevisionUploadRequest request, CancellationToken token)
    {
        var item = _progress.Begin(System.IO.Path.GetFileName(request.Path));
        try
        {
            return await connection.GetTransfers().ReviseAsync(request, new TransferSink(item), token).ConfigureAwait(false);
        }
        finally
        {
            _progress.End(item);
        }
    }

    private void Warn(Guid entry, string why) => WriteWarning(Text(RevisionStrings.LeftBehind, entry, why));

    /// <summary>The one file that the path stands for; <see langword="null"/> where nothing matches.</summary>
    private string? TheFile()
    {
        var found = Resolve(Path);
        return found is [] ? null : found is [var one] ? one : throw new InvalidRequestException(Text(RevisionStrings.SeveralFiles, FilePaths.Shown(Path), found.Count)) { Target = FilePaths.Shown(Path) };
    }

    private string Describe(EntryId id, string? text, string? file)
    {
        var what = text is not null ? Text(RevisionStrings.UpdateText, id, ByteSize.Format(Encoding.UTF8.GetByteCount(text)))
            : file is null ? Text(RevisionStrings.UpdateSource, id, SourceId)
            : IsWhatIf ? DescribeFile(id, file)
            : Text(RevisionStrings.UpdateFile, id, file);
        return Draft ? Text(RevisionStrings.KeepDraft, what) : what;
    }

    /// <summary>What the file would become; reading it needs no service.</summary>
    private string DescribeFile(EntryId id, string file)
    {
        var plan = Run(token => TransferEngine.PlanOfflineAsync(new UploadRequest { Path = file, Name = id.Value }, token));
        return Text(plan.Kind == UploadKind.Text ? RevisionStrings.UpdateFileAsText : RevisionStrings.UpdateFileAsBytes, id, plan.Path, ByteSize.Format(plan.Size));
    }
}
