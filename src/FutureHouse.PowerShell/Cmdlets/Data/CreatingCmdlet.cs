using System.Collections;
using System.Management.Automation;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>What all cmdlets that make entries take.</summary>
public abstract class CreatingCmdlet : ConnectedCmdlet
{
    /// <summary>Free text about the entry.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Description { get; set; }

    /// <summary>Dataset to be in: its UUID, or a Dataset.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UuidOf]
    public Guid? DatasetId { get; set; }

    /// <summary>Project to belong to.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UuidOf]
    public Guid? ProjectId { get; set; }

    /// <summary>Entry to be below.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UuidOf]
    public Guid? ParentId { get; set; }

    /// <summary>Tags.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string[]? Tag { get; set; }

    /// <summary>Metadata of one's own.</summary>
    [Parameter]
    public Hashtable? Metadata { get; set; }

    /// <summary>Vector for similarity search.</summary>
    [Parameter]
    public float[]? Embedding { get; set; }

    /// <summary>The metadata as plain values.</summary>
    /// <returns>A copy, or nothing.</returns>
    protected IReadOnlyDictionary<string, object?>? PlainMetadata() => Binding.Metadata.Of(Metadata);
}
