using System.Text.RegularExpressions;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Objects.Http;
using FutureHouse.LocalPlatform.Objects.Signing;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>Which operation a request is, by method and path: the names under which faults are registered.</summary>
internal static class Operations
{
    public const string PartsPut = "parts.put";
    public const string SessionsPut = "sessions.put";

    /// <summary>What the log calls a request that is none of them.</summary>
    public const string Other = "other";

    private const string Entries = "/v0.1/data-storage/data-entries";
    private const string Datasets = "/v0.1/data-storage/datasets";
    private const string Workspaces = "/v0.1/data-storage/workspaces";
    private const string Id = "/[^/]+";

    private static readonly (string Method, Regex Path, string Operation)[] Routes =
    [
        Route("POST", "/auth/login", "auth.login"),
        Route("GET", "/v0.1/organizations", "organizations.list"),
        Route("POST", Entries, "entries.create"),
        Route("GET", Entries + Id, "entries.get"),
        Route("GET", Entries + Id + "/status", "entries.status"),
        Route("GET", Entries + Id + "/revisions", "entries.revisions"),
        Route("PATCH", Entries + Id, "entries.patch"),
        Route("DELETE", Entries + Id, "entries.delete"),
        Route("POST", Entries + Id + "/multipart-upload/initiate", "entries.initiate"),
        Route("POST", Entries + Id + "/multipart-upload/complete", "entries.complete"),
        Route("POST", Datasets, "datasets.create"),
        Route("GET", Datasets + Id, "datasets.get"),
        Route("DELETE", Datasets + Id, "datasets.delete"),
        Route("GET", "/v0.1/data-storage/provenance/data-entries", "provenance.list"),
        Route("POST", Workspaces, "workspaces.create"),
        Route("GET", Workspaces + Id, "workspaces.get"),
        Route("PATCH", Workspaces + Id, "workspaces.patch"),
        Route("DELETE", Workspaces + Id, "workspaces.delete"),
        Route("POST", "/v0.1/data-storage/search", "search.entries"),
        Route("POST", "/v0.1/data-storage/similarity-search", "search.similar"),
    ];

    private static readonly string[] Storage = [PartsPut, SessionsPut, "sessions.start", "sessions.query", "sessions.delete", "objects.get"];

    /// <summary>Every name there is.</summary>
    public static IEnumerable<string> All => Routes.Select(route => route.Operation).Concat(Storage);

    public static bool IsStorage(string operation) => Storage.Contains(operation);

    /// <summary>The operation, or null for a request that is none.</summary>
    public static string? Classify(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return path.StartsWith($"/{Bucket.BucketName}/", StringComparison.Ordinal) || request.Query.ContainsKey(SignedQuery.Signature)
            ? ClassifyStorage(request)
            : Array.Find(Routes, route => route.Method == request.Method && route.Path.IsMatch(path)).Operation;
    }

    private static string? ClassifyStorage(HttpRequest request)
    {
        var inSession = request.Query.ContainsKey(BucketEndpoints.SessionParameter);
        return request.Method switch
        {
            "GET" or "HEAD" => "objects.get",
            "POST" => "sessions.start",
            "DELETE" when inSession => "sessions.delete",
            "PUT" when inSession => request.Headers.ContentRange.ToString().StartsWith("bytes */", StringComparison.Ordinal) ? "sessions.query" : SessionsPut,
            "PUT" when request.Query.ContainsKey(BucketEndpoints.PartParameter) => PartsPut,
            _ => null,
        };
    }

    private static (string, Regex, string) Route(string method, string path, string operation) =>
        (method, new Regex($"^{path}/?$", RegexOptions.CultureInvariant), operation);
}
