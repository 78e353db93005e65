using System.Globalization;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform.Wire;

namespace FutureHouse.Platform;

/// <content>Entries whose data lies elsewhere (Protocol §5).</content>
public sealed partial class PlatformClient
{
    private const string PrefixMember = "prefix";

    /// <summary>What the production service answers to every registration of GCS locations, as of 2026 (Protocol §5).</summary>
    private const string GcsNotSupported = "Registering existing GCS locations is not supported";

    /// <summary>Whether a service has refused a registration because it registers no GCS locations at all, so that only sending the files is left.</summary>
    /// <param name="error">The error.</param>
    /// <returns>Whether it is that refusal.</returns>
    public static bool IsGcsUnsupported(FutureHouseException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error is InvalidRequestException && error.ServiceDetail?.Contains(GcsNotSupported, StringComparison.OrdinalIgnoreCase) == true;
    }

    /// <summary>Registers data that lies elsewhere, without moving it (Protocol §5). Never makes two entries, as <see cref="CreateEntryAsync"/>.</summary>
    /// <param name="request">
    /// The entry; its <see cref="CreateEntryRequest.Existing"/> is given. File path and collection flag are made from that; a link's content too.
    /// </param>
    /// <param name="ct">Cancels the call; whether the entry is there is open then.</param>
    /// <returns>The entry, active.</returns>
    /// <exception cref="InvalidRequestException">Something that the store needs is missing, or the service refuses it or cannot reach it.</exception>
    public Task<DataEntry> RegisterSourceAsync(CreateEntryRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var existing = request.Existing ?? throw new ArgumentException(SourceMessages.NoSource, nameof(request));
        CheckSource(request.Name, existing);
        var isLink = existing.StorageType == StorageType.Link;
        return CreateEntryAsync(
            request with
            {
                IsCollection = existing.IsCollection || (existing.StorageType != StorageType.Gcs && request.IsCollection),
                Content = isLink ? existing.Location : request.Content,
                FilePath = isLink ? request.FilePath : existing.Location, // a link has its address as content
            },
            ct);
    }

    private static void CheckSource(string name, ExistingLocation existing)
    {
        if (WireNames.Of(existing.StorageType) is null || existing.StorageType == StorageType.RawContent || WireNames.Of(existing.ContentType) is null)
        {
            throw new InvalidRequestException(Text(SourceMessages.KindUnknown, name, existing.StorageType, existing.ContentType)) { Target = name };
        }

        if (existing.MissingMembers() is [var first, ..] missing)
        {
            throw new InvalidRequestException(Text(SourceMessages.MemberMissing, name, string.Join(", ", missing), WireNames.Of(existing.StorageType))) { Target = name };
        }

        if (existing.StorageType == StorageType.Gcs && existing.Location is not null && existing.Metadata!.ContainsKey(PrefixMember))
        {
            throw new InvalidRequestException(Text(SourceMessages.PrefixAndObject, name)) { Target = name };
        }

        if (existing.StorageType == StorageType.Link && !IsAddress(existing.Location))
        {
            throw new InvalidRequestException(Text(SourceMessages.NoAddress, name)) { Target = name };
        }
    }

    /// <summary>Whether a text is a link's address: absolute, of a machine, and without a password, which would be shown with it.</summary>
    private static bool IsAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && !uri.IsFile && !uri.UserInfo.Contains(':', StringComparison.Ordinal);

    private static ExistingLocationBody? Existing(ExistingLocation? existing) => existing is null ? null : new ExistingLocationBody
    {
        StorageType = WireNames.Of(existing.StorageType)!,
        ContentType = WireNames.Of(existing.ContentType)!,
        ContentSchema = existing.ContentSchema,
        Metadata = existing.ApiKey is null ? existing.Metadata : new Dictionary<string, object?>(existing.Metadata ?? new Dictionary<string, object?>(), StringComparer.Ordinal)
        {
            [WireMapper.ApiKeyMember] = Secrets.Reveal(existing.ApiKey),
        },
        Location = existing.Location,
    };

    private static string Text(string format, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, format, arguments);
}
