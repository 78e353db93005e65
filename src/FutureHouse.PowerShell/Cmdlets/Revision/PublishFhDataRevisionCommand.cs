using System.Management.Automation;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Cmdlets.Data;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Revision;

/// <summary>Publishes drafts (Protocol §7).</summary>
[Cmdlet(VerbsData.Publish, "FhDataRevision", SupportsShouldProcess = true)]
[OutputType(typeof(DataEntry))]
public sealed class PublishFhDataRevisionCommand : ConnectedCmdlet
{
    /// <summary>The entry, or the draft itself.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>The draft.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [RevisionOf]
    public Guid? RevisionId { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var text in Id)
        {
            ForItem(text, () =>
            {
                var id = EntryReader.Parse(EntryReader.Split(text).Entry);
                var what = Text(RevisionStrings.Publish, id, RevisionId);
                if (ShouldProcess(what, Text(CmdletStrings.Sure, what), CmdletStrings.ConfirmCaption))
                {
                    var client = Use().GetClient();
                    WriteObject(Run(token => client.PublishRevisionAsync(id, RevisionId!.Value, token)));
                }
            });
        }
    }
}
