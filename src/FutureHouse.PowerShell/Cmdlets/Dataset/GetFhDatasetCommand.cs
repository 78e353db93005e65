using System.Management.Automation;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Cmdlets.Data;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Dataset;

/// <summary>Gives datasets with their entries (Protocol §3).</summary>
[Cmdlet(VerbsCommon.Get, "FhDataset")]
[OutputType(typeof(FutureHouse.Dataset))]
public sealed class GetFhDatasetCommand : ConnectedCmdlet
{
    /// <summary>The datasets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf(Referent.Dataset)]
    public string[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var text in Id)
        {
            ForItem(text, () =>
            {
                var id = EntryReader.ParseDataset(text);
                var client = Use().GetClient();
                WriteObject(Run(token => client.GetDatasetAsync(id, token)));
            });
        }
    }
}
