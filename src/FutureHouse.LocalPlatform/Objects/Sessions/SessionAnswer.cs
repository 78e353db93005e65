using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects.Sessions;

/// <summary>What a session answers to a PUT.</summary>
/// <param name="Finished">The object, once it is there: 200.</param>
/// <param name="Held">Bytes held so far: 308.</param>
/// <param name="OffsetTooFar">First byte of a chunk that begins beyond what is held: 503.</param>
internal sealed record SessionAnswer(ObjectRecord? Finished, long Held, long? OffsetTooFar = null)
{
    public static SessionAnswer Incomplete(long held) => new(null, held);

    public static SessionAnswer Done(ObjectRecord record) => new(record, record.Size);
}
