using System.Management.Automation;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Gives the entries that task runs made (Protocol §6).</summary>
[Cmdlet(VerbsCommon.Get, "FhTrajectoryFile")]
[OutputType(typeof(DataEntry))]
public sealed class GetFhTrajectoryFileCommand : ConnectedCmdlet
{
    private readonly HashSet<Guid> _given = [];

    /// <summary>The trajectories.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [TextOf(From = nameof(TrajectoryId))]
    public string[] TrajectoryId { get; set; } = [];

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var trajectory in TrajectoryId)
        {
            ForItem(trajectory, () =>
            {
                var client = Use().GetClient();
                foreach (var entry in Run(token => client.GetTrajectoryEntriesAsync(trajectory, token)))
                {
                    if (entry is { StorageType: StorageType.RawContent, ContentType: ContentType.Directory })
                    {
                        WriteVerbose(Text(RevisionStrings.SkippedDirectory, entry.Name, entry.Id));
                    }
                    else if (_given.Add(entry.Id))
                    {
                        WriteObject(entry);
                    }
                }
            });
        }
    }
}
