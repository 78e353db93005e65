using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FutureHouse.LocalPlatform.Objects.Signing;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Google's own vectors for V4 signing. They are RSA's; canonical request and string to sign differ from HMAC's only in the algorithm's name.</summary>
public class SigningVectorTests
{
    private const string Vectors = "../shared/vectors/v4_signatures.json";
    private const string SelfContradicting = "Universe domain with virtual hosted style";

    public static TheoryData<string, string> Names()
    {
        var data = new TheoryData<string, string>();
        if (FindVectors() is not { } path)
        {
            data.Add("(vectors missing)", "");
            return data;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var vector in document.RootElement.GetProperty("signingV4Tests").EnumerateArray())
        {
            data.Add(vector.GetProperty("description").GetString()!, vector.GetRawText());
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public void Canonical_request_string_to_sign_and_url_are_googles(string description, string json)
    {
        if (json.Length == 0)
        {
            Assert.Skip($"{Vectors} beside the repository: {description}");
        }

        using var document = JsonDocument.Parse(json);
        var vector = document.RootElement;
        string? Text(string name) => vector.TryGetProperty(name, out var value) ? value.GetString() : null;

        var bucket = Text("bucket")!;
        var style = Text("urlStyle") switch
        {
            "VIRTUAL_HOSTED_STYLE" => UrlStyle.VirtualHosted,
            "BUCKET_BOUND_HOSTNAME" => UrlStyle.BucketBound,
            _ => UrlStyle.Path,
        };
        var service = Text("bucketBoundHostname")
            ?? Text("hostname")
            ?? Text("clientEndpoint")
            ?? Text("emulatorHostname")
            ?? "storage." + (Text("universeDomain") ?? "googleapis.com");
        // The vectors sign the host without its port, whatever the URL has.
        var host = new Uri(service.Contains("://", StringComparison.Ordinal) ? service : "https://" + service).Host;
        var resource = SignedResource.Create(style, host, bucket, Text("object"));

        var time = DateTimeOffset.Parse(Text("timestamp")!, System.Globalization.CultureInfo.InvariantCulture);
        var headers = Pairs("headers").Append(new("host", resource.Host)).ToList();
        var signedHeaders = string.Join(';', headers.Select(h => h.Key.ToLowerInvariant()).Order(StringComparer.Ordinal));
        var query = Pairs("queryParameters").Concat(
        [
            new("X-Goog-Algorithm", "GOOG4-RSA-SHA256"),
            new("X-Goog-Credential", "test-iam-credentials@dummy-project-id.iam.gserviceaccount.com/" + StringToSign.Scope(time)),
            new("X-Goog-Date", StringToSign.FormatTime(time)),
            new("X-Goog-Expires", vector.GetProperty("expiration").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("X-Goog-SignedHeaders", signedHeaders),
        ]).ToList();

        var canonical = CanonicalRequest.Build(Text("method")!, resource.CanonicalPath, query, headers);
        if (description == SelfContradicting)
        {
            // Its canonical request names the bucket twice; its own string to sign and URL do not.
            Assert.DoesNotContain(Sha256(Text("expectedCanonicalRequest")!), Text("expectedStringToSign"), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(Text("expectedCanonicalRequest"), canonical);
        }

        Assert.Equal(Text("expectedStringToSign"), StringToSign.Build("GOOG4-RSA-SHA256", time, canonical));
        Assert.Contains(resource.CanonicalPath + "?" + CanonicalRequest.Query(query) + "&X-Goog-Signature=", Text("expectedUrl"), StringComparison.Ordinal);

        IEnumerable<KeyValuePair<string, string>> Pairs(string name) => vector.TryGetProperty(name, out var value)
            ? value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString()!)).ToList()
            : [];
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string? FindVectors()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FutureHouse.slnx")))
            {
                var path = Path.GetFullPath(Path.Combine(folder.FullName, Vectors));
                return File.Exists(path) ? path : null;
            }
        }

        return null;
    }
}
