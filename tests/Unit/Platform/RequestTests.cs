using System.Text.Json.Nodes;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>What goes over the wire, word for word (Protocol §1 to §4).</summary>
public sealed class RequestTests
{
    private static readonly Guid Id = Guid.Parse("D05DC31F-3159-5175-9952-29baa92bd5d1");
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Log_in_sends_the_key_without_the_white_space_around_it()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json("""[{"name":"alpha"},{"name":"beta","more":1}]"""));
        using var client = Clients.Of(service.Url, key: "\uFEFF key-of-the-test\r\n");

        Assert.Equal(["alpha", "beta"], await client.GetOrganizationsAsync(None));

        var requests = service.Requests.ToArray();
        Assert.Equal(["POST /auth/login", "GET /v0.1/organizations?filter=True"], service.Lines);
        Assert.Equal("""{"api_key":"key-of-the-test"}""", requests[0].Body);
        Assert.False(requests[0].Headers.ContainsKey("Authorization"));
        Assert.Equal("Bearer token-1", requests[1].Headers["Authorization"]);
        Assert.All(requests, request => Assert.Equal(("application/json", "sdk"), (request.Headers["Content-Type"], request.Headers["x-client"])));
    }

    [Fact]
    public async Task Every_member_of_a_creation_is_sent_and_no_other()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Entry("t"));
        using var client = Clients.Of(service.Url);

        await client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "hello" }, None);
        await client.CreateEntryAsync(
            new CreateEntryRequest
            {
                Name = "t",
                Description = "d",
                Content = "héllo 🧬",
                Embedding = [0.5f, -1f, 2e-7f],
                ParentId = Guid.Parse("10f45259-35a7-5711-8ca3-75596dbb293e"),
                ProjectId = Guid.Parse("1e8931dc-f36c-51fc-bd5a-ea566296729e"),
                DatasetId = Guid.Parse("5a1fbe3f-5ed5-57d4-8121-2603f4867de9"),
                FilePath = "notes/t.txt",
                Tags = ["x", "y"],
                Metadata = new Dictionary<string, object?> { ["k"] = new object?[] { 1, new Dictionary<string, object?> { ["n"] = null } } },
            },
            None);

        var bodies = service.Requests.Where(request => request.Path == "/v0.1/data-storage/data-entries").ToArray();
        AssertJson("""{"name":"t","content":"hello","is_collection":false}""", bodies[0].Body);
        AssertJson(
            """
            {"name":"t","description":"d","content":"héllo 🧬","embedding":[0.5,-1.0,2e-07],"is_collection":false,"parent_id":"10f45259-35a7-5711-8ca3-75596dbb293e",
             "project_id":"1e8931dc-f36c-51fc-bd5a-ea566296729e","dataset_id":"5a1fbe3f-5ed5-57d4-8121-2603f4867de9","file_path":"notes/t.txt","tags":["x","y"],"metadata":{"k":[1,{"n":null}]}}
            """,
            bodies[1].Body);
        Assert.NotEqual(bodies[0].Headers["Idempotency-Key"], bodies[1].Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Calls_of_entries_have_the_routes_and_bodies_of_the_protocol()
    {
        await using var service = ScriptedService.AfterLogIn(request => request.Path.EndsWith("/status", StringComparison.Ordinal)
            ? ScriptedService.Answer.Json("""{"id":"x","status":"pending"}""")
            : request.Path.EndsWith("initiate", StringComparison.Ordinal) ? ScriptedService.Answer.Json("""{"upload_id":"u","part_urls":["http://127.0.0.1/p1?s=%2F"]}""")
            : ScriptedService.Answer.Entry("t", Id));
        using var client = Clients.Of(service.Url);
        Assert.True(EntryId.TryParse("report-alias", out var alias));

        await client.GetEntryAsync(Id, ct: None);
        await client.GetEntryAsync(alias, new RevisionSelector(3, null), None);
        await client.GetEntryAsync(Id, new RevisionSelector(null, Id), None);
        Assert.Equal(EntryStatus.Pending, await client.GetEntryStatusAsync(Id, None));
        await client.SetEntryStatusAsync(Id, EntryStatus.Failed, None);
        await client.SetEntryTagsAsync(Id, ["a", "b"], None);
        await client.SetEntryPermissionsAsync(Id, ShareStatus.Shared, new PermittedAccessors(["a@example.org"], null), None);
        await client.SetEntryPermissionsAsync(Id, ShareStatus.Private, null, None);
        await client.DeleteEntryAsync(Id, None);
        var upload = await client.InitiateMultipartUploadAsync(Id, ["1B2M2Y8AsgTpgAmY7PhCfg=="], None);
        await client.CompleteMultipartUploadAsync(Id, "u", [new CompletedPart(2, "\"b\"", "Y"), new CompletedPart(1, "\"a\"", "X")], None);

        var entry = $"/v0.1/data-storage/data-entries/{Id:D}";
        Assert.Equal(
            ["POST /auth/login", $"GET {entry}", "GET /v0.1/data-storage/data-entries/report-alias?version=3", $"GET {entry}?revision_id={Id:D}", $"GET {entry}/status",
             $"PATCH {entry}", $"PATCH {entry}", $"PATCH {entry}", $"PATCH {entry}", $"DELETE {entry}", $"POST {entry}/multipart-upload/initiate", $"POST {entry}/multipart-upload/complete"],
            service.Lines);
        var bodies = service.Requests.Where(request => request.Body.Length > 0).Skip(1).Select(request => request.Body).ToArray();
        AssertJson("""{"status":"failed"}""", bodies[0]);
        AssertJson("""{"tags":["a","b"]}""", bodies[1]);
        AssertJson("""{"share_status":"shared","permitted_accessors":{"users":["a@example.org"],"organizations":null}}""", bodies[2]);
        AssertJson("""{"share_status":"private"}""", bodies[3]);
        AssertJson("""{"part_hashes":["1B2M2Y8AsgTpgAmY7PhCfg=="]}""", bodies[4]);
        AssertJson("""{"upload_id":"u","parts":[{"part_number":1,"etag":"\"a\"","checksum":"X"},{"part_number":2,"etag":"\"b\"","checksum":"Y"}]}""", bodies[5]);
        Assert.Equal("/p1?s=%2F", upload.PartUrls[0].PathAndQuery);
        Assert.Equal("1 parts", upload.ToString());
    }

    [Fact]
    public async Task A_dataset_is_created_with_name_alone_or_with_description_and_id()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json($$"""{"id":"{{Id}}","name":"d","description":null}"""));
        using var client = Clients.Of(service.Url);

        await client.CreateDatasetAsync("d", null, null, None);
        await client.CreateDatasetAsync("d", "about", Id, None);

        var bodies = service.Requests.Skip(1).Select(request => request.Body).ToArray();
        AssertJson("""{"name":"d"}""", bodies[0]);
        AssertJson($$"""{"name":"d","description":"about","id":"{{Id:D}}"}""", bodies[1]);
    }

    [Fact]
    public async Task What_cannot_be_right_is_refused_before_anything_is_sent()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Entry("t"));
        using var client = Clients.Of(service.Url);

        await Assert.ThrowsAsync<InvalidRequestException>(() => client.CreateEntryAsync(new CreateEntryRequest { Name = " " }, None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "a\uD800b" }, None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Embedding = [1, float.NaN] }, None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.CreateDatasetAsync("", null, null, None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.GetEntryAsync(Id, new RevisionSelector(1, Id), None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.SetEntryStatusAsync(Id, EntryStatus.Unknown, None));
        Assert.Empty(service.Requests);
    }

    [Theory]
    [InlineData("http://example.org")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://user:word@example.org")]
    [InlineData("https://example.org/?key=word")]
    public void An_address_that_would_leak_the_key_is_refused(string address)
    {
        var error = Assert.Throws<InvalidRequestException>(() => Clients.Of(new Uri(address)));
        Assert.DoesNotContain("word", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_below_a_path_keeps_the_path()
    {
        await using var service = new ScriptedService(request => request.Path == "/base/auth/login"
            ? ScriptedService.Answer.Json("""{"access_token":"t","expires_in":300}""")
            : ScriptedService.Answer.Json("[]"));
        using var client = Clients.Of(new Uri(service.Url, "/base"));

        Assert.Empty(await client.GetOrganizationsAsync(None));
        Assert.Equal(["POST /base/auth/login", "GET /base/v0.1/organizations?filter=True"], service.Lines);
    }

    [Fact]
    public void Known_services_are_found_by_name_and_the_rest_must_be_an_address()
    {
        Assert.Equal(new Uri("https://api.platform.edisonscientific.com"), ApiKeySource.DefaultServiceUri);
        Assert.Equal(new Uri("http://localhost:8080"), ApiKeySource.ParseServiceUri(" Local "));
        Assert.Equal(new Uri("https://staging.api.platform.edisonscientific.com"), ApiKeySource.ParseServiceUri("staging"));
        Assert.Equal(new Uri("https://dev.api.platform.edisonscientific.com"), ApiKeySource.ParseServiceUri("development"));
        Assert.Equal(new Uri("https://h/x"), ApiKeySource.ParseServiceUri("https://h/x"));
        Assert.Throws<InvalidRequestException>(() => ApiKeySource.ParseServiceUri("nowhere"));
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}, got {actual}");
}
