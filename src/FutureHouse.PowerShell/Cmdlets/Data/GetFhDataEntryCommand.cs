using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Gives entries without fetching their bytes: by id, of a dataset, or below another (Protocol §2, §3).</summary>
[Cmdlet(VerbsCommon.Get, "FhDataEntry", DefaultParameterSetName = IdSet)]
[OutputType(typeof(DataEntry))]
public sealed class GetFhDataEntryCommand : ConnectedCmdlet
{
    private const string IdSet = "Id";
    private const string DatasetSet = "Dataset";
    private const string ParentSet = "Parent";

    /// <summary>The entries.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>A version, 0 and up; by default the latest.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [ValidateRange(0, int.MaxValue)]
    public int? Version { get; set; }

    /// <summary>A revision.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [UuidOf]
    public Guid? RevisionId { get; set; }

    /// <summary>The dataset whose entries to give.</summary>
    [Parameter(ParameterSetName = DatasetSet, Mandatory = true)]
    [IdOf]
    public string[] DatasetId { get; set; } = [];

    /// <summary>The entry whose children to give.</summary>
    [Parameter(ParameterSetName = ParentSet, Mandatory = true)]
    [IdOf]
    public string[] ParentId { get; set; } = [];

    /// <summary>Gives the children's children too.</summary>
    [Parameter(ParameterSetName = ParentSet)]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Version is not null && RevisionId is not null)
        {
            ThrowTerminatingError(ErrorTable.Record(new InvalidRequestException(CmdletStrings.VersionAndRevision), null));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var id in ParameterSetName switch { DatasetSet => DatasetId, ParentSet => ParentId, _ => Id })
        {
            ForItem(id, () =>
            {
                var client = Use().GetClient();
                switch (ParameterSetName)
                {
                    case DatasetSet:
                        WriteObject(Run(token => client.GetDatasetAsync(EntryReader.ParseDataset(id), token)).Entries, enumerateCollection: true);
                        break;
                    case ParentSet:
                        // There is no route for children: they are the entries of the dataset that name it as their parent.
                        var parent = Run(token => EntryReader.ReadAsync(client, id, null, null, token));
                        var entries = parent.DatasetId is { } dataset ? Run(token => client.GetDatasetAsync(dataset, token)).Entries : [];
                        Children(entries.Where(e => e.ParentId is not null).ToLookup(e => e.ParentId!.Value), parent.Id);
                        break;
                    default:
                        WriteObject(Run(token => EntryReader.ReadAsync(client, id, Version, RevisionId, token)));
                        break;
                }
            });
        }
    }

    private void Children(ILookup<Guid, DataEntry> byParent, Guid root)
    {
        var waiting = new Queue<Guid>([root]);
        while (waiting.TryDequeue(out var parent))
        {
            foreach (var child in byParent[parent])
            {
                WriteObject(child);
                if (Recurse)
                {
                    waiting.Enqueue(child.Id);
                }
            }
        }
    }
}
