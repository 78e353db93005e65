using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.LocalPlatform.Api;

namespace FutureHouse.LocalPlatform.Revisions;

/// <summary>A PATCH that makes a revision, keeps a draft, or publishes one (Protocol §7).</summary>
internal sealed record RevisionRequest(Guid RevisionId, Guid BaseRevisionId, string? Content, Guid? SourceEntryId, string? Name, string? Description, bool Publish)
{
    private static readonly string[] Members = ["revision_id", "base_revision_id", "content", "source_entry_id", "name", "description", "publish"];

    /// <summary>Whether a body is of this kind.</summary>
    public static bool Is(RequestBody body) => body.Has("revision_id") || body.Has("base_revision_id") || body.Has("content") || body.Has("source_entry_id");

    /// <summary>Whether there is something to make a revision of; else a draft is to be published.</summary>
    public bool HasContent => Content is not null || SourceEntryId is not null;

    /// <summary>What tells this request from another of the same revision id: all it asks for, whatever the order of its members.</summary>
    public string HashOf() => Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this)));

    /// <exception cref="ApiException">422: something is missing, or does not go together.</exception>
    public static RevisionRequest Read(RequestBody body)
    {
        foreach (var other in body.Names.Except(Members, StringComparer.Ordinal))
        {
            body.Problem(other, "Extra inputs are not permitted beside a revision", "extra_forbidden");
        }

        foreach (var required in Members.Take(2).Where(m => !body.Has(m)))
        {
            body.Problem(required, "Field required", "missing");
        }

        var request = new RevisionRequest(
            body.Uuid("revision_id") ?? Guid.Empty,
            body.Uuid("base_revision_id") ?? Guid.Empty,
            body.String("content"),
            body.Uuid("source_entry_id"),
            body.String("name", notEmpty: true),
            body.String("description"),
            body.Boolean("publish") ?? true);
        body.ThrowIfInvalid();
        if (request.Content is not null && request.SourceEntryId is not null)
        {
            throw ApiException.Invalid("Provide content or source_entry_id, not both");
        }

        if (!request.HasContent && (!request.Publish || request.Name is not null))
        {
            throw ApiException.Invalid("A draft, or a new name, needs content or source_entry_id");
        }

        return request.RevisionId == request.BaseRevisionId ? throw ApiException.Invalid("revision_id and base_revision_id are the same: a revision needs an id of its own") : request;
    }
}
