namespace FutureHouse.Authentication;

/// <summary>How to start a local platform.</summary>
public sealed record LocalPlatformOptions
{
    /// <summary>Full path of <c>FutureHouse.LocalPlatform.dll</c>.</summary>
    public required string AssemblyPath { get; init; }

    /// <summary>Folder of the store; by default <see cref="LocalPlatformProcess.DefaultStoreDirectory"/>.</summary>
    public string? StoreDirectory { get; init; }

    /// <summary>The <c>dotnet</c> to run it with; by default the one found by the environment or in its usual place.</summary>
    public string? DotnetPath { get; init; }

    /// <summary>How long it may take until it answers.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may take to end when told to; then it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
