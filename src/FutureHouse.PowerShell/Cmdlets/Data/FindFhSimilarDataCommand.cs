using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Finds entries whose embedding is like another (Protocol §6).</summary>
[Cmdlet(VerbsCommon.Find, "FhSimilarData")]
[OutputType(typeof(DataEntrySearchHit))]
public sealed class FindFhSimilarDataCommand : ConnectedCmdlet
{
    /// <summary>The vector.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Given]
    [AllowNull]
    [AllowEmptyCollection]
    public float[] Embedding { get; set; } = [];

    /// <summary>Entries at most, 1 to 100.</summary>
    [Parameter]
    [Given]
    public int First { get; set; } = 10;

    /// <summary>Least cosine, 0 to 1.</summary>
    [Parameter]
    [Given]
    public double MinScore { get; set; } = 0.7;

    /// <summary>Dataset to be in: its UUID, or a Dataset.</summary>
    [Parameter]
    [UuidOf(Referent.Dataset)]
    public Guid? DatasetId { get; set; }

    /// <summary>Project to belong to.</summary>
    [Parameter]
    [UuidOf(Referent.Project)]
    public Guid? ProjectId { get; set; }

    /// <summary>Tags, one of which is enough.</summary>
    [Parameter]
    [TextOf]
    public string[]? Tag { get; set; }

    /// <summary>Owner; for administrators.</summary>
    [Parameter]
    [TextOf]
    public string? UserId { get; set; }

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        var request = new SimilarityRequest
        {
            Embedding = Embedding,
            First = First,
            MinScore = MinScore,
            DatasetId = DatasetId,
            ProjectId = ProjectId,
            Tags = Tag,
            UserId = UserId,
        };
        try
        {
            var client = Use().GetClient();
            WriteObject(Run(token => client.SearchSimilarAsync(request, token)), enumerateCollection: true);
        }
        catch (Exception e) when (e is FutureHouseException or ObjectDisposedException)
        {
            // There is no item that it befell: the whole is wrong.
            ThrowTerminatingError(ErrorTable.Record(e, null));
        }
    }
}
