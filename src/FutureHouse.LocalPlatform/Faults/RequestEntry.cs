namespace FutureHouse.LocalPlatform.Faults;

/// <summary>A request as the log shows it.</summary>
/// <param name="Operation">Its operation, or <see cref="Operations.Other"/>.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path without the query: that may be a signature.</param>
internal sealed record RequestEntry(string Operation, string Method, string Path)
{
    private volatile int _status;

    /// <summary>Status of the answer; null as long as none has begun, and where none ever does.</summary>
    public int? Status
    {
        get => _status is 0 ? null : _status;
        set => _status = IsLost ? 0 : value ?? 0;
    }

    /// <summary>Whether a fault cut the connection before an answer began.</summary>
    public bool IsLost { get; set; }
}
