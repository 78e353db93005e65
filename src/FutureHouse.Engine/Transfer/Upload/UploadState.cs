using System.Text.Json.Serialization;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// How far an upload is: created, sending, stored, active; or abandoned, as its file has changed since; or failed, as
/// it can never succeed. The journal holds the first three, which a later
/// process goes on with; the others end the upload.
/// </summary>
internal enum UploadStep
{
    /// <summary>Nothing was asked for yet.</summary>
    None,

    /// <summary>The service has been asked for the entry, and its answer has not been seen.</summary>
    Asked,

    /// <summary>The entry is there, pending.</summary>
    Created,

    /// <summary>A multipart upload or a session has begun.</summary>
    Sending,

    /// <summary>The storage has all the bytes.</summary>
    Stored,

    /// <summary>The entry is active: it is the upload's result.</summary>
    Active,
}

/// <summary>
/// What is known of an upload: enough for a later process to go on with it. Its addresses are bearer secrets.
/// </summary>
internal sealed record UploadState
{
    public UploadStep Step { get; init; }

    /// <summary>
    /// The key under which the entry was asked for: asked again with it, the service makes no second.
    /// </summary>
    public Guid CreationKey { get; init; }

    /// <summary>When the entry was asked for.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>The file as it was.</summary>
    public FileIdentity File { get; init; }

    public IReadOnlyList<string> PartMd5 { get; init; } = [];

    public uint Crc32C { get; init; }

    public Guid EntryId { get; init; }

    /// <summary>The multipart upload, once it has begun.</summary>
    public string? UploadId { get; init; }

    /// <summary>One presigned URL a part, in order.</summary>
    public IReadOnlyList<Uri>? PartUrls { get; init; }

    /// <summary>ETags of the parts that are there, by index from 0.</summary>
    public IReadOnlyDictionary<int, string> Done { get; init; } = new Dictionary<int, string>();

    /// <summary>The resumable session, where the upload goes that way.</summary>
    public Uri? Session { get; init; }

    /// <summary>
    /// Address of the service that gave part URLs and session: those of a local platform are of no use at another.
    /// </summary>
    public Uri? Service { get; init; }

    /// <summary>
    /// Whether it was begun for this very file, as it is now. An archive is made again, and has another inode then.
    /// </summary>
    public bool IsOf(FileIdentity file) => File.Size == file.Size && File.ModifiedTicks == file.ModifiedTicks && (File.Inode == 0 || File.Inode == file.Inode);

    /// <summary>The state after a step.</summary>
    public UploadState After(JournalLine line) => line switch
    {
        { Asked: { } asked } => new UploadState
        {
            Step = UploadStep.Asked,
            CreationKey = asked.Key,
            AskedAt = asked.At,
            File = asked.File,
            PartMd5 = asked.PartMd5 ?? [],
            Crc32C = asked.Crc32C,
        },
        { Entry: { } entry, Active: true } => this with { Step = UploadStep.Active, EntryId = entry, File = line.File ?? File },
        { Entry: { } entry } => this with { Step = UploadStep.Created, EntryId = entry },
        { UploadId: { } id } => this with
        {
            Step = UploadStep.Sending,
            UploadId = id,
            PartUrls = line.PartUrls,
            Done = new Dictionary<int, string>(),
            Session = null,
            Service = line.Service,
        },
        { Part: { } part, ETag: { } etag } => this with { Done = With(part, etag) },
        { PartsAgain: true } => this with { Done = new Dictionary<int, string>() },
        { Session: { } session } => this with { Step = UploadStep.Sending, Session = session, Service = line.Service },
        { Stored: true } => this with { Step = UploadStep.Stored },
        { Ended: true } => new UploadState(),
        _ => this, // of a later release
    };

    /// <summary>
    /// The state for a service at an address: what was begun at another goes again, for the same entry.
    /// </summary>
    public UploadState At(Uri service) => Service is null || Service == service || Step != UploadStep.Sending
        ? this
        : this with { Step = UploadStep.Created, UploadId = null, PartUrls = null, Done = new Dictionary<int, string>(), Session = null };

    // One dictionary for all states of an upload: a copy for each of thousands of parts would be millions of entries.
    private Dictionary<int, string> With(int part, string etag)
    {
        var done = (Dictionary<int, string>)Done;
        lock (done)
        {
            done[part] = etag;
        }

        return done;
    }
}

/// <summary>One step, as a line of the journal.</summary>
internal sealed record JournalLine
{
    /// <summary>Path of the item in a hierarchy, whose journal has the steps of all its items.</summary>
    public string? Item { get; init; }

    public AskedStep? Asked { get; init; }

    public Guid? Entry { get; init; }

    public bool Active { get; init; }

    /// <summary>The file that the entry was made of, where it was asked for without a line of its own.</summary>
    public FileIdentity? File { get; init; }

    public string? UploadId { get; init; }

    public IReadOnlyList<Uri>? PartUrls { get; init; }

    public int? Part { get; init; }

    public string? ETag { get; init; }

    public bool PartsAgain { get; init; }

    public Uri? Session { get; init; }

    /// <summary>Address of the service, beside <see cref="UploadId"/> and <see cref="Session"/>.</summary>
    public Uri? Service { get; init; }

    public bool Stored { get; init; }

    /// <summary>The upload has failed or was abandoned: what comes next begins anew.</summary>
    public bool Ended { get; init; }
}

/// <summary>An entry is about to be asked for.</summary>
internal sealed record AskedStep(Guid Key, DateTimeOffset At, FileIdentity File, IReadOnlyList<string>? PartMd5, uint Crc32C);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
