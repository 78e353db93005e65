namespace FutureHouse.Transfer;

/// <summary>What a transfer is doing.</summary>
public enum TransferPhase
{
    /// <summary>Waiting its turn, or for the service.</summary>
    Waiting,

    /// <summary>Reading and hashing the file.</summary>
    Hashing,

    /// <summary>Sending bytes.</summary>
    Sending,

    /// <summary>All bytes are sent; the storage puts them together.</summary>
    Finishing,

    /// <summary>Receiving bytes.</summary>
    Receiving,

    /// <summary>Packing a directory into an archive; the bytes are those of its files.</summary>
    Packing,

    /// <summary>Unpacking an archive; the bytes are those of its files.</summary>
    Unpacking,
}

/// <summary>How far a transfer is.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="BytesDone">Bytes of the phase that are done; fewer than before when bytes have to go again.</param>
/// <param name="BytesTotal">Bytes of the file, or -1 where that is not known.</param>
public readonly record struct TransferProgress(TransferPhase Phase, long BytesDone, long BytesTotal);
