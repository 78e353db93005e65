using FutureHouse.Transfer;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>Hands a transfer's progress to the reporter. From any thread, and without speaking.</summary>
internal sealed class TransferSink(ProgressReporter.Item item) : IProgress<TransferProgress>
{
    public void Report(TransferProgress value) => item.Set(value.Phase.ToString(), value.BytesDone, value.BytesTotal);
}
