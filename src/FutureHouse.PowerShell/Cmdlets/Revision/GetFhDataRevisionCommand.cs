using System.Management.Automation;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Cmdlets.Data;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Revision;

/// <summary>Gives the revisions of entries, newest first, as they are read (Protocol §7).</summary>
[Cmdlet(VerbsCommon.Get, "FhDataRevision")]
[OutputType(typeof(DataRevision))]
public sealed class GetFhDataRevisionCommand : ConnectedCmdlet
{
    /// <summary>The entries.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>Gives drafts too, which only who may edit the entry sees.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter IncludeDraft { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var text in Id)
        {
            ForItem(text, () =>
            {
                var id = EntryReader.Parse(text);
                var client = Use().GetClient();
                Run(async token =>
                {
                    await foreach (var revision in client.GetRevisionsAsync(id, IncludeDraft, token).ConfigureAwait(false))
                    {
                        Pump.Post(() => WriteObject(revision));
                    }
                });
            });
        }
    }
}
