using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>
/// A service on a loopback socket that answers what no healthy platform would: web pages, half answers, broken connections, odd statuses. It keeps what it was sent.
/// </summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<Request, Answer> _script;
    private readonly Task _accepting;

    public ScriptedService(Func<Request, Answer> script)
    {
        _script = script;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Url { get; }

    public ConcurrentQueue<Request> Requests { get; } = new();

    /// <summary>Which requests, by method and path, end with the connection before their body is read; they are kept without one.</summary>
    public Func<Request, bool> HangsUpOn { get; set; } = _ => false;

    public IReadOnlyList<string> Lines => [.. Requests.Select(request => request.ToString())];

    /// <summary>Answers the log-in by itself, and everything else by the script.</summary>
    public static ScriptedService AfterLogIn(Func<Request, Answer> script) =>
        new(request => request.Path == "/auth/login" ? Answer.Json("""{"access_token":"token-1","expires_in":300}""") : script(request));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    var answer = _script(request);
                    if (answer.Silent)
                    {
                        await Task.Delay(Timeout.Infinite, _end.Token);
                    }

                    await stream.WriteAsync(answer.Bytes, _end.Token);
                    if (answer.ThenClose)
                    {
                        return;
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }

    private async Task<Request?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n'))
        {
            if (await stream.ReadAsync(one, _end.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var first = lines[0].Split(' ');
        var bare = new Request(first[0], first[1], headers, string.Empty);
        if (HangsUpOn(bare))
        {
            Requests.Enqueue(bare);
            return null;
        }

        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _end.Token);
        return bare with { Body = Encoding.UTF8.GetString(body) };
    }

    internal sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public override string ToString() => $"{Method} {Path}";
    }

    internal sealed record Answer(byte[] Bytes, bool ThenClose = false, bool Silent = false)
    {
        public static Answer Json(string json, int status = 200, params string[] headers) => Text(json, status, "application/json", headers);

        public static Answer Text(string text, int status, string type, params string[] headers)
        {
            var body = Encoding.UTF8.GetBytes(text);
            var head = string.Concat(((string[])[$"HTTP/1.1 {status} X", $"Content-Type: {type}", $"Content-Length: {body.Length}", .. headers]).Select(line => line + "\r\n"));
            return new([.. Encoding.ASCII.GetBytes(head + "\r\n"), .. body]);
        }

        /// <summary>The connection ends in the middle of the body.</summary>
        public static Answer Cut() => new(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"data_sto"), ThenClose: true);

        /// <summary>The connection ends without a byte.</summary>
        public static Answer Reset() => new([], ThenClose: true);

        public static Answer Never() => new([], Silent: true);

        public static Answer Entry(string name, Guid? id = null, string? createdAt = null, string? filePath = null, params string[] headers) => Json(
            $$"""{"data_storage":{{EntryJson(name, id, createdAt, filePath)}},"storage_locations":[]}""", 200, headers);

        public static string EntryJson(string name, Guid? id = null, string? createdAt = null, string? filePath = null) =>
            $$"""
            {"id":"{{id ?? Guid.NewGuid():D}}","name":"{{name}}","status":"active","user_id":"u","share_status":"private",
             "created_at":"{{createdAt ?? DateTime.UtcNow.ToString("o", CultureInfo.InvariantCulture)}}","modified_at":"2026-01-01T00:00:00","file_path":{{(filePath is null ? "null" : $"\"{filePath}\"")}}}
            """;
    }
}
