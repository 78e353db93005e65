using System.Management.Automation;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Removes entries (Protocol §2).</summary>
[Cmdlet(VerbsCommon.Remove, "FhDataEntry", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveFhDataEntryCommand : ConnectedCmdlet
{
    /// <summary>The entries.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>Does not ask.</summary>
    [Parameter]
    [SwitchOf]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var text in Id)
        {
            ForItem(text, () =>
            {
                var id = EntryReader.Parse(text).Value;
                if (MayRemove(Text(CmdletStrings.RemoveEntry, id), Force))
                {
                    var client = Use().GetClient();
                    Run(token => client.DeleteEntryAsync(EntryReader.Parse(id), token));
                }
            });
        }
    }
}
