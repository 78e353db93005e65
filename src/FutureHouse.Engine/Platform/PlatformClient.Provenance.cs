using FutureHouse.Errors;
using FutureHouse.Platform.Wire;

namespace FutureHouse.Platform;

/// <content>What runs of tasks made (Protocol §6).</content>
public sealed partial class PlatformClient
{
    /// <summary>The entries that a trajectory (a task's run) made, each once, in the service's order; only those that the caller may read (Protocol §6).</summary>
    /// <param name="trajectoryId">The trajectory.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entries, as a listing has them: without locations. None where it made none.</returns>
    /// <exception cref="InvalidRequestException">The identifier is empty.</exception>
    public Task<IReadOnlyList<DataEntry>> GetTrajectoryEntriesAsync(string trajectoryId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(trajectoryId);
        var actor = trajectoryId.Trim();
        if (actor.Length == 0)
        {
            throw new InvalidRequestException(RevisionMessages.EmptyTrajectory);
        }

        var route = $"v0.1/data-storage/provenance/data-entries?actor_id={Uri.EscapeDataString(WireText.Require(actor))}&operation=create&include_entry_data=true";
        var call = Call(HttpMethod.Get, route, RevisionMessages.OpTrajectory, actor, trajectoryId) with { Timeout = _options.ReadTimeout };
        return CallAsync<ProvenanceAnswer, IReadOnlyList<DataEntry>>(
            call,
            PlatformJson.Wire.ProvenanceAnswer,
            answer => (answer.Data ?? throw new System.Text.Json.JsonException("No data."))
                .Select(item => item?.DataStorage).OfType<EntryAnswer>().Select(WireMapper.Entry).DistinctBy(entry => entry.Id).ToArray(),
            ct);
    }
}
