using System.Globalization;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Objects.Signing;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>URLs whose signature is right and which are refused all the same: what a signer must not have signed.</summary>
public class SigningBoundsTests
{
    private static readonly SigningKey Key = new("GOOGTEST", "secret");
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData("1", null)]
    [InlineData("604800", null)]
    [InlineData("0", "InvalidArgument")]
    [InlineData("604801", "InvalidArgument")]
    [InlineData("-1", "InvalidArgument")]
    [InlineData("soon", "InvalidArgument")]
    public void Lives_for_a_second_at_least_and_seven_days_at_most(string expires, string? code) => Check(code, expires: expires);

    [Theory]
    [InlineData(15, null)]
    [InlineData(16, "AccessDenied")]
    public void Was_signed_a_quarter_of_an_hour_ahead_of_us_at_most(int minutes, string? code) => Check(code, signedAt: _clock.Now.AddMinutes(minutes));

    [Theory]
    [InlineData("host", null)]
    [InlineData("accept;host", null)]
    [InlineData("accept", "MalformedSecurityHeader")]
    [InlineData("host;missing", "MalformedSecurityHeader")]
    public void Signs_the_host_and_headers_that_are_there(string headers, string? code) => Check(code, headers: headers);

    [Theory]
    [InlineData("X-Goog-Algorithm", "GOOG4-RSA-SHA256")]
    [InlineData("X-Goog-Algorithm", null)]
    [InlineData("X-Goog-Date", "20261123")]
    [InlineData("X-Goog-Date", null)]
    [InlineData("X-Goog-Expires", null)]
    [InlineData("X-Goog-Credential", null)]
    [InlineData("X-Goog-SignedHeaders", null)]
    public void Has_all_that_a_signature_needs(string name, string? value)
    {
        var query = Sign("3600", _clock.Now, "host").Where(pair => pair.Key != name).ToList();
        if (value is not null)
        {
            query.Add(new(name, value));
        }

        var refusal = Assert.Throws<BucketException>(() => Verify(query));
        Assert.Equal((400, "InvalidArgument"), (refusal.StatusCode, refusal.Code));
        Assert.Contains(name, refusal.Details, StringComparison.Ordinal);
    }

    private void Check(string? code, string expires = "3600", DateTimeOffset? signedAt = null, string headers = "host")
    {
        var query = Sign(expires, signedAt ?? _clock.Now, headers);
        if (code is null)
        {
            Verify(query);
            return;
        }

        Assert.Equal(code, Assert.Throws<BucketException>(() => Verify(query)).Code);
    }

    private void Verify(List<KeyValuePair<string, string>> query) => new UrlVerifier(Key, _clock).Verify("GET", "/b/o", query, Header);

    private static string? Header(string name) => name switch { "host" => "here", "accept" => "*/*", _ => null };

    private static List<KeyValuePair<string, string>> Sign(string expires, DateTimeOffset at, string headers)
    {
        List<KeyValuePair<string, string>> query =
        [
            new("X-Goog-Algorithm", StringToSign.HmacAlgorithm),
            new("X-Goog-Credential", string.Create(CultureInfo.InvariantCulture, $"{Key.AccessId}/{StringToSign.Scope(at)}")),
            new("X-Goog-Date", StringToSign.FormatTime(at)),
            new("X-Goog-Expires", expires),
            new("X-Goog-SignedHeaders", headers),
        ];
        var canonical = CanonicalRequest.Build("GET", "/b/o", query, headers.Split(';').Select(name => KeyValuePair.Create(name, Header(name) ?? "x")));
        query.Add(new("X-Goog-Signature", StringToSign.Sign(Key.Secret, at, StringToSign.Build(StringToSign.HmacAlgorithm, at, canonical))));
        return query;
    }
}
