using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Formatting;
using FutureHouse.PowerShell.Pipeline;
using FutureHouse.Transfer;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Keeps files and directories: one, many, wildcards, what Get-ChildItem pipes in; several at once, from the moment the first is there (Protocol §2, §4).</summary>
[Cmdlet(VerbsCommunications.Send, "FhFile", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(DataEntry))]
public sealed partial class SendFhFileCommand : CreatingCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralSet = "LiteralPath";
    private ProgressReporter _progress = null!;
    private string? _fixed;
    private int _items;

    /// <summary>Paths, with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [PathOf]
    public string[] Path { get; set; } = [];

    /// <summary>Paths as they are, brackets and all.</summary>
    [Parameter(ParameterSetName = LiteralSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [PathOf]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Name of the entry; by default the file's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string? Name { get; set; }

    /// <summary>The file_path to store; by default the file's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string? DestinationPath { get; set; }

    /// <summary>Sends a directory as one archive, one entry.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter AsCollection { get; set; }

    /// <summary>Ignore rules of one's own, in git's syntax; they win over those of files.</summary>
    [Parameter]
    [TextOf]
    public string[] IgnorePattern { get; set; } = [];

    /// <summary>Name of the files with ignore rules.</summary>
    [Parameter]
    [TextOf]
    public string IgnoreFileName { get; set; } = ".gitignore";

    /// <summary>A manifest in the directory, or a path to one: descriptions and metadata for what is in it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [PathOf]
    public string? ManifestFileName { get; set; }

    /// <summary>Leaves alone what the dataset holds unchanged.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter SkipUnchanged { get; set; }

    /// <summary>Files at once, at most.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    [Given]
    public int ThrottleLimit { get; set; } = 16;

    /// <inheritdoc/>
    protected override string? HowToGoOn => SkipUnchanged ? PipelineStrings.GoOn : PipelineStrings.GoOnUnchanged;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        // What comes by property or script block is bound later, item by item.
        _fixed = Name is not null ? CmdletStrings.FixedName : DestinationPath is not null ? CmdletStrings.FixedDestinationPath : null;
        _progress = new ProgressReporter(this, CmdletStrings.Sending);
        RunTogether(ThrottleLimit, _progress);
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var given in ParameterSetName == LiteralSet ? LiteralPath : Path)
        {
            ForItem(FilePaths.Shown(given), () =>
            {
                foreach (var file in Resolve(ParameterSetName == LiteralSet ? FilePaths.Mark(given) : given))
                {
                    Send(file);
                }
            });
        }

    }

    private void Send(string file)
    {
        if (_fixed is not null && _items++ > 0)
        {
            InPlace(() => Report(new InvalidRequestException(Text(_fixed, file)), file));
            return;
        }

        if (Directory.Exists(file))
        {
            ForItem(file, () => SendDirectory(file));
            return;
        }

        if (AsCollection && File.Exists(file))
        {
            InPlace(() => Report(new InvalidRequestException(Text(CmdletStrings.NoDirectory, file)), file));
            return;
        }

        var request = new UploadRequest
        {
            Path = file,
            Name = Name ?? System.IO.Path.GetFileName(file),
            Description = Description,
            DestinationPath = DestinationPath,
            DatasetId = DatasetId,
            ProjectId = ProjectId,
            ParentId = ParentId,
            Tags = Tags,
            Metadata = PlainMetadata(),
            Embedding = Embedding,
        };
        ForItem(file, () =>
        {
            if (!ShouldProcess(Describe(request), Text(CmdletStrings.Sure, Text(CmdletStrings.Send, file)), CmdletStrings.ConfirmCaption))
            {
                return;
            }

            var transfers = Use().GetTransfers();
            transfers.Permit(ThrottleLimit);
            request = request with { Stored = Stored(transfers, file) };
            Queue.Start(file, turn => SendAsync(transfers, request, turn));
        });
    }

    /// <summary>What the file would become, where that is asked; reading it needs no service.</summary>
    private string Describe(UploadRequest request)
    {
        if (!IsWhatIf)
        {
            return Text(CmdletStrings.Send, request.Path);
        }

        var plan = Run(token => TransferEngine.PlanOfflineAsync(request, token));
        var line = Text(plan.Kind == UploadKind.Text ? CmdletStrings.SendText : CmdletStrings.SendBucket, plan.Path, ByteSize.Format(plan.Size));
        return SkipUnchanged ? Text(SendStrings.UnlessUnchanged, line) : line;
    }

    private async Task SendAsync(TransferEngine transfers, UploadRequest request, WorkItem turn)
    {
        var item = _progress.Begin(request.Name);
        try
        {
            var entry = await transfers.UploadAsync(request, new TransferSink(item), turn.Token).ConfigureAwait(false);
            Give(entry, request.Path, request.Stored, turn);
        }
        finally
        {
            _progress.End(item);
        }
    }
}
