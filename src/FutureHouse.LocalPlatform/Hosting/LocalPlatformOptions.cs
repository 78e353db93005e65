namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>How a local platform is set up.</summary>
public sealed record LocalPlatformOptions
{
    /// <summary>Folder that holds the database, the objects and the secrets; made if missing, its owner's only.</summary>
    public required string Store { get; init; }

    /// <summary>Address to listen on; port 0 takes a free one.</summary>
    public Uri Urls { get; init; } = new("http://127.0.0.1:0");

    /// <summary>Whether an address that is not loopback is allowed.</summary>
    public bool AllowRemote { get; init; }

    /// <summary>JSON file of users; without it, and without <see cref="Users"/>, there is one user whose key is made and kept in the store.</summary>
    public string? UsersFile { get; init; }

    /// <summary>Users given in process; takes precedence over <see cref="UsersFile"/>.</summary>
    public IReadOnlyList<Authentication.PlatformUser>? Users { get; init; }

    /// <summary>Connection string of the PostgreSQL database that keeps the entries (<c>Host=…</c>), which several platforms on one store may share; without it they are in a file of the store (SQLite). May hold a password: never shown.</summary>
    public string? Database { get; init; }

    /// <summary>Where data lies that entries may name without holding it.</summary>
    public Sources.SourceOptions Sources { get; init; } = new();

    /// <summary>Which ways up there are.</summary>
    public UploadModes Uploads { get; init; } = UploadModes.Both;

    /// <summary>Whether tests may inject faults.</summary>
    public bool EnableFaults { get; init; }

    /// <summary>Whether an interrupt (Ctrl+C) is left to the parent process.</summary>
    public bool IgnoreInterrupt { get; init; }

    /// <summary>How long an access token lives; 300 s as the service's (Protocol §1).</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a signed URL lives.</summary>
    public TimeSpan SignedUrlLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a resumable session lives; a week as the storage's.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Folder and address; never a secret.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{Store} at {Urls}";
}
