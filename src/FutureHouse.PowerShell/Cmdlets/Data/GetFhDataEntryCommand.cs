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
    private const int AtOnce = 16;
    private readonly Queue<(string Id, Task<DataEntry> Entry)> _reading = new();

    /// <summary>The entries.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf(OrDataset = true)]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>A version, 0 and up; by default the latest.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [ValidateRange(0, int.MaxValue)]
    [Given]
    public int? Version { get; set; }

    /// <summary>A revision.</summary>
    [Parameter(ParameterSetName = IdSet)]
    [RevisionOf]
    public Guid? RevisionId { get; set; }

    /// <summary>The dataset whose entries to give.</summary>
    [Parameter(ParameterSetName = DatasetSet, Mandatory = true)]
    [IdOf(Referent.Dataset)]
    public string[] DatasetId { get; set; } = [];

    /// <summary>The entry whose children to give.</summary>
    [Parameter(ParameterSetName = ParentSet, Mandatory = true)]
    [IdOf]
    public string[] ParentId { get; set; } = [];

    /// <summary>Gives the children's children too.</summary>
    [Parameter(ParameterSetName = ParentSet)]
    [SwitchOf]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        if (Version is not null && RevisionId is not null)
        {
            ThrowTerminatingError(ErrorTable.Record(new InvalidRequestException(CmdletStrings.VersionAndRevision), null));
        }
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        if (ParameterSetName == IdSet)
        {
            Array.ForEach(Id, Begin);
            return;
        }

        foreach (var id in ParameterSetName == DatasetSet ? DatasetId : ParentId)
        {
            ForItem(id, () =>
            {
                var client = Use().GetClient();
                if (ParameterSetName == DatasetSet)
                {
                    GiveAll(EntryReader.ParseDataset(id));
                    return;
                }

                // There is no route for children: they are the entries of the dataset that name it as their parent.
                var parent = Run(token => EntryReader.ReadAsync(client, id, null, null, token));
                if (parent.DatasetId is { } all)
                {
                    RunEach(token => client.ReadDescendantsAsync(all, parent.Id, Recurse, token), WriteObject);
                }
            });
        }
    }

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        while (_reading.Count > 0)
        {
            Finish();
        }
    }

    /// <summary>Gives the entries of a dataset, after those that were asked for before.</summary>
    private void GiveAll(Guid dataset)
    {
        if (Version is not null || RevisionId is not null)
        {
            throw new InvalidRequestException(FhCmdlet.Text(BindingStrings.DatasetHasNoVersion, dataset)) { Target = dataset };
        }

        while (_reading.Count > 0)
        {
            Finish();
        }

        var client = Use().GetClient();
        RunEach(token => client.ReadDatasetEntriesAsync(dataset, token), WriteObject);
    }

    /// <summary>Starts to read an entry, while others are read; they are given in the order they were asked for.</summary>
    private void Begin(string id)
    {
        if (EntryReader.Dataset(id) is { } dataset)
        {
            ForItem(dataset, () => GiveAll(dataset));
            return;
        }

        while (_reading.Count >= AtOnce || (_reading.TryPeek(out var first) && first.Entry.IsCompleted))
        {
            Finish();
        }

        ForItem(id, () =>
        {
            var client = Use().GetClient();
            _reading.Enqueue((id, Begin(() => Task.Run(() => EntryReader.ReadAsync(client, id, Version, RevisionId, StopToken), StopToken))));
        });
    }

    private void Finish()
    {
        var (id, entry) = _reading.Dequeue();
        ForItem(id, () => WriteObject(Run(_ => entry)));
    }
}
