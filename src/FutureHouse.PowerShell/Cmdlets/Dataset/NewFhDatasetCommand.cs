using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Dataset;

/// <summary>Makes a dataset (Protocol §3).</summary>
[Cmdlet(VerbsCommon.New, "FhDataset", SupportsShouldProcess = true)]
[OutputType(typeof(FutureHouse.Dataset))]
public sealed class NewFhDatasetCommand : ConnectedCmdlet
{
    /// <summary>Name of the dataset.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [TextOf(From = nameof(Name))]
    public string? Name { get; set; }

    /// <summary>Free text about it.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string? Description { get; set; }

    /// <summary>An id of one's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UuidOf(Referent.Dataset)]
    public Guid? Id { get; set; }

    /// <summary>Owner to name; services accept and ignore it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string? UserId { get; set; }

    /// <inheritdoc/>
    protected override void OnRecord() => ForItem(Name, () =>
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new InvalidRequestException(CmdletStrings.EmptyName);
        }

        var description = Text(CmdletStrings.CreateDataset, Name);
        if (ShouldProcess(description, Text(CmdletStrings.Sure, description), CmdletStrings.ConfirmCaption))
        {
            var client = Use().GetClient();
            WriteObject(Run(token => client.CreateDatasetAsync(Name, Description, Id, token, UserId)));
        }
    });
}
