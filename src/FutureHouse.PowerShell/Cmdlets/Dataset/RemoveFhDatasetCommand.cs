using System.Management.Automation;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Cmdlets.Data;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Dataset;

/// <summary>Removes datasets and every entry in them (Protocol §3).</summary>
[Cmdlet(VerbsCommon.Remove, "FhDataset", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveFhDatasetCommand : ConnectedCmdlet
{
    /// <summary>The datasets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf(Referent.Dataset)]
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
                var id = EntryReader.ParseDataset(text);
                var client = Use().GetClient();

                // How much goes is part of the question; where there is none, nothing is counted.
                if (IsUnasked || MayRemove(Question(client, id), Force))
                {
                    Run(token => client.DeleteDatasetAsync(id, token));
                }
            });
        }
    }

    private bool IsUnasked => Force && !IsWhatIf && !IsBound("Confirm");

    private string Question(PlatformClient client, Guid id)
    {
        var counting = new CountProgress(this, Text(DatasetStrings.Counting, id));
        var size = Run(token => client.CountDatasetEntriesAsync(id, counting, token));
        counting.Complete();
        return Text(CmdletStrings.RemoveDataset, size.Dataset, size.EntryCount);
    }
}
