using System.IO.Abstractions;

namespace FutureHouse.Transfer;

/// <summary>How transfers are run.</summary>
public sealed record TransferOptions
{
    /// <summary>Requests in flight at most, all transfers together; fewer while that is faster, and half as many when the service asks to slow down.</summary>
    public int MaxConcurrency { get; init; } = 16;

    /// <summary>Parts of one file in flight at most.</summary>
    public int PartsInFlight { get; init; } = 6;

    /// <summary>Folder of the journals that let an upload go on in a later process; by default <c>FutureHouse/uploads</c> in the user's local application data.</summary>
    public string? JournalDirectory { get; init; }

    /// <summary>The file system; by default the real one.</summary>
    public IFileSystem? FileSystem { get; init; }

    /// <summary>How long an upload may stand still before its request is given up and repeated.</summary>
    public TimeSpan UploadStall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a download may stand still before its request is given up and resumed (Protocol §1: 30 s).</summary>
    public TimeSpan DownloadStall { get; init; } = TimeSpan.FromSeconds(30);
}
