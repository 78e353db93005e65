namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>Which ways up the platform offers, as services of different age do (Protocol §4).</summary>
[Flags]
public enum UploadModes
{
    /// <summary>No way up: neither is offered.</summary>
    None = 0,

    /// <summary>Multipart upload by presigned part URLs.</summary>
    Multipart = 1,

    /// <summary>Resumable session by a signed POST.</summary>
    Session = 2,

    /// <summary>Both.</summary>
    Both = Multipart | Session,
}
