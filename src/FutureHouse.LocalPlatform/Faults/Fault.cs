namespace FutureHouse.LocalPlatform.Faults;

/// <summary>What a fault does to one request.</summary>
/// <param name="call">The request.</param>
/// <param name="next">Carries the request out.</param>
internal delegate Task Fault(FaultCall call, RequestDelegate next);
