namespace FutureHouse.Resilience;

/// <summary>What is known of a request that failed (Protocol §1, "a retry that may double").</summary>
internal enum Repeatability
{
    /// <summary>Sending it again would give the same answer.</summary>
    Never = 0,

    /// <summary>It was not processed: a refused connection, or 429. Sending it again cannot double anything.</summary>
    NotProcessed,

    /// <summary>It may have been processed: 5xx, a time-out, or an answer that was cut off.</summary>
    InDoubt,
}
