/// How fixes call redis-cli: with the services' own address. Where that is not set it fails, and reaches no other server.
enum RedisCLI {
    static let text = "redis-cli -u \"$REDIS_URL\""
}
