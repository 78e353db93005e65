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
    [TextOf]
    public string? Description { get; set; }

    /// <summary>Dataset to be in: its UUID, or a Dataset.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UuidOf(Referent.Dataset)]
    public Guid? DatasetId { get; set; }

    /// <summary>Project to belong to.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UuidOf(Referent.Project)]
    public Guid? ProjectId { get; set; }

    /// <summary>Entry to be below.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [UuidOf(Referent.Entry)]
    public Guid? ParentId { get; set; }

    /// <summary>Tags.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [TextOf]
    public string[]? Tag { get; set; }

    /// <summary>Metadata of one's own.</summary>
    [Parameter]
    [MetadataOf]
    public Hashtable? Metadata { get; set; }

    /// <summary>Vector for similarity search.</summary>
    [Parameter]
    [Given]
    public float[]? Embedding { get; set; }

    /// <summary>The tags, without the blank ones that the pipeline may bring.</summary>
    protected IReadOnlyList<string>? Tags => Tag?.Where(tag => !string.IsNullOrWhiteSpace(tag)).ToArray() is { Length: > 0 } tags ? tags : null;

    /// <summary>The metadata as plain values.</summary>
    /// <returns>A copy, or nothing.</returns>
    protected IReadOnlyDictionary<string, object?>? PlainMetadata() => Binding.Metadata.Of(Metadata);
}
