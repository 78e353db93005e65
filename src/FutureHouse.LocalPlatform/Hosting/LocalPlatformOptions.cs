namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>Options of the local platform.</summary>
public sealed class LocalPlatformOptions
{
    /// <summary>Folder of the store.</summary>
    public required string Store { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How long signed URLs live.</summary>
    public TimeSpan SignedUrlLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a resumable session lives.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Which ways up are offered.</summary>
    public UploadModes UploadModes { get; init; } = UploadModes.Both;

    /// <summary>Whether faults may be injected.</summary>
    public bool EnableFaults { get; init; }
}
