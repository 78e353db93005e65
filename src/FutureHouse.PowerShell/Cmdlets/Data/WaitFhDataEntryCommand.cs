using System.Management.Automation;
using FutureHouse.PowerShell.Binding;
using FutureHouse.PowerShell.Pipeline;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Waits until entries are active (Protocol §2).</summary>
[Cmdlet(VerbsLifecycle.Wait, "FhDataEntry")]
[OutputType(typeof(DataEntry))]
public sealed class WaitFhDataEntryCommand : ConnectedCmdlet
{
    private const int AtOnce = 32;
    private ProgressReporter _progress = null!;

    /// <summary>The entries.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [IdOf]
    [Alias("Uri")]
    public string[] Id { get; set; } = [];

    /// <summary>How long to wait for an entry at most, in seconds.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(0, 2_000_000)]
    [Given]
    public int TimeoutSec { get; set; } = 3600;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        _progress = new ProgressReporter(this, RevisionStrings.Waiting, RevisionStrings.WaitingStatus);
        RunTogether(AtOnce, _progress);
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        foreach (var text in Id)
        {
            ForItem(text, () =>
            {
                var id = EntryReader.Parse(text);
                var client = Use().GetClient();
                Queue.Start(
                    text,
                    async turn =>
                    {
                        var item = _progress.Begin(text);
                        try
                        {
                            var entry = await client.WaitForEntryAsync(id, TimeSpan.FromSeconds(TimeoutSec), new StatusSink(item), turn.Token).ConfigureAwait(false);
                            await turn.SayAsync(() => WriteObject(entry)).ConfigureAwait(false);
                        }
                        finally
                        {
                            _progress.End(item);
                        }
                    });
            });
        }

    }

    private sealed class StatusSink(ProgressReporter.Item item) : IProgress<EntryStatus>
    {
        public void Report(EntryStatus value) => item.Set(value.ToString(), 0, 0);
    }
}
