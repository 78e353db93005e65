namespace FutureHouse.Authentication;

/// <summary>A service that the platform's documentation names (Protocol §1).</summary>
/// <param name="Name">Short name.</param>
/// <param name="Uri">Address.</param>
public sealed record KnownService(string Name, Uri Uri);
